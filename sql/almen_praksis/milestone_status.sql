-- One row is a milestone with its state on a year's reference date.
SELECT
    state.milestone_id,
    CAST(state.year AS INTEGER) AS year,
    state.reference_date,
    milestone.titel_da AS title_da,
    milestone.titel_en AS title_en,
    milestone.ansvarlig AS responsible,
    state.due_date,
    CASE WHEN state.met_date <= state.reference_date THEN state.met_date END AS met_date,
    state.state,
    state.days_late,
    milestone.kilde AS source
FROM milestone_state AS state
INNER JOIN milepael AS milestone
    ON milestone.milepael_id = state.milestone_id
