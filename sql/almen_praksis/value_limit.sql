-- One row is how far an indicator's values may be from those of the year before, and from what is published of the same year:
-- percentage points, or a share of the earlier value.
SELECT
    definition.indicator_id,
    CAST(definition.definition_version AS INTEGER) AS definition_version,
    definition.unit IN ('pct', 'point') AS is_in_points,
    -- A growth or a difference is itself a change: how far it may go the entry says.
    CAST(COALESCE(
        definition.jump_within,
        CASE
            WHEN definition.scale = 'change' THEN NULL
            WHEN definition.unit IN ('pct', 'point') THEN jump_in_points.vaerdi
            ELSE jump_in_shares.vaerdi
        END
    ) AS DOUBLE) AS jump_within,
    CAST(COALESCE(
        definition.revision_within,
        CASE WHEN definition.unit IN ('pct', 'point') THEN revision_in_points.vaerdi ELSE revision_in_shares.vaerdi END
    ) AS DOUBLE) AS revision_within,
    CAST(few.vaerdi AS DOUBLE) AS few
FROM indicator_definition AS definition
INNER JOIN taerskel AS jump_in_points
    ON jump_in_points.taerskel = 'spring_hoejst_point'
INNER JOIN taerskel AS jump_in_shares
    ON jump_in_shares.taerskel = 'spring_hoejst_andel'
INNER JOIN taerskel AS revision_in_points
    ON revision_in_points.taerskel = 'revision_hoejst_point'
INNER JOIN taerskel AS revision_in_shares
    ON revision_in_shares.taerskel = 'revision_hoejst_andel'
INNER JOIN taerskel AS few
    ON few.taerskel = 'smaa_tal_under'
