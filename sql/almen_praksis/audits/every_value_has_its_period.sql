-- One row is an indicator and a year whose period is unknown, ends before it begins, or is not that of its kind: a stock
-- is of the reference date, a flow lies within the year, and a running total or a cohort ends in it.
-- severity: error
-- remedy: Give `period_start` and `period_end` in the indicator's SQL, or another `time_kind` in its entry; a running total without its own period needs `first_year`.
SELECT DISTINCT indicator_id, year, time_kind, period_start, period_end, reference_date
FROM indicator_value
WHERE period_start IS NULL
    OR period_end IS NULL
    OR period_start > period_end
    OR time_kind = 'stock' AND (period_start <> reference_date OR period_end <> reference_date)
    OR time_kind = 'flow' AND (DATE_PART('year', period_start) <> year OR DATE_PART('year', period_end) <> year)
    OR time_kind IN ('running_total', 'cohort') AND DATE_PART('year', period_end) <> year
