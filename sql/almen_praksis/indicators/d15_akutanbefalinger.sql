-- One row is the country's milestones of this indicator that were met by the reference date, unless the day of one of
-- them is not known, beside those of which nobody tells.
SELECT geo_level, geo_code, geo_version, met AS numerator, unknown AS missing
FROM milestone_count
WHERE year = $year AND indicator_id = $model
