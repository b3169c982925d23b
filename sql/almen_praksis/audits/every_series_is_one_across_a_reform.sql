-- One row is a series of the country, a training region or a municipality that is told in a version of the regions, or
-- one of a region or health council that is told in none.
-- severity: error
-- remedy: Take `geo_version` from geography_member, national or training_geography: a reform of the regions leaves the country, training regions and municipalities alone.
SELECT DISTINCT indicator_id, geo_level, geo_version
FROM indicator_value
WHERE (geo_level IN ('country', 'training_region', 'municipality')) <> (geo_version = 'all')
