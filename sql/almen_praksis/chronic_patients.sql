-- One row is a practice's patients of a disease with what the plan asks for; a count that the delivery withholds is
-- missing. The register counts over the year, so practices that opened during it are there, too.
SELECT
    practice.year,
    practice.place_code,
    chronic.sygdom AS disease,
    chronic.antal_patienter AS patients,
    chronic.antal_fulgt_ap AS followed,
    chronic.antal_fulgt_hospital AS followed_at_hospital,
    chronic.antal_med_forloebsplan AS with_plan
FROM kronikere AS chronic
INNER JOIN practice_in_year AS practice
    ON practice.ydernr = chronic.ydernr
WHERE practice.year = $year
