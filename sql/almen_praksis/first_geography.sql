-- One row is the first geography of the regions: what compares regions within the country or a training region is counted
-- in it, also after a reform, so that the series goes on.
SELECT geo_version
FROM geo_version
WHERE gyldig_fra = (SELECT MIN(gyldig_fra) FROM geo_version)
