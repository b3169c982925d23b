-- One row is a training post that starts in the year and was not withdrawn, with its specialty under one name, and
-- whether it repeats a vacant post of the year before.
SELECT
    $year AS year,
    post.forloeb_id AS post_id,
    post.type AS post_type,
    spelling.laegespeciale AS specialty,
    specialty.er_prioriteret AS is_priority,
    specialty.er_intern_medicinsk_blok AS is_internal_medicine,
    post.videreuddannelsesregion AS training_region,
    post.planlagt_start AS starts,
    post.besat AS is_filled,
    post.sammenhaengende AS is_combined,
    post.hold AS is_team,
    post.genopslag_af IS NOT NULL AS is_repeat,
    post.person_id
FROM uddannelsesforloeb AS post
LEFT JOIN laegespeciale_alias AS spelling
    ON spelling.stavemaade = post.speciale
LEFT JOIN laegespeciale AS specialty
    ON specialty.laegespeciale = spelling.laegespeciale
WHERE NOT post.annulleret
