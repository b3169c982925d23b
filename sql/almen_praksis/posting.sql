-- One row is a posting of the regions' accounts, with the months from the use of the money to its account: begun
-- months, so that an account on the day three months later takes three, and a day later four. None where there is no
-- account.
SELECT
    pulje AS pool,
    formaal AS purpose,
    aar AS year,
    regionskode AS region_code,
    forbrug_kr,
    regnskab_dato IS NOT NULL AS is_accounted,
    12 * (DATE_PART('year', regnskab_dato) - DATE_PART('year', anvendt_dato))
    + (DATE_PART('month', regnskab_dato) - DATE_PART('month', anvendt_dato))
    + CASE WHEN DATE_PART('day', regnskab_dato) > DATE_PART('day', anvendt_dato) THEN 1 ELSE 0 END AS months_to_account
FROM regnskab
