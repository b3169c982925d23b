-- One row is an indicator's entry in the dictionary, with the goal it belongs to.
SELECT
    definition.indicator_id,
    definition.goal_id,
    goal.title_da AS goal_da,
    goal.title_en AS goal_en,
    CAST(definition.definition_version AS INTEGER) AS definition_version,
    definition.title_da,
    definition.title_en,
    definition.purpose_da,
    definition.purpose_en,
    definition.definition_da,
    definition.definition_en,
    definition.population_da,
    definition.population_en,
    definition.caveats_da,
    definition.caveats_en,
    COALESCE(
        definition.data_source_da,
        CONCAT('Projektets kilder ', REPLACE(definition.source_registers, ',', ', '), '.')
    ) AS data_source_da,
    COALESCE(
        definition.data_source_en,
        CONCAT('The project''s sources ', REPLACE(definition.source_registers, ',', ', '), '.')
    ) AS data_source_en,
    definition.publication_da,
    definition.publication_en,
    definition.unit,
    CAST(definition.per AS INTEGER) AS per,
    CAST(definition.first_year AS INTEGER) AS first_year,
    CAST(definition.last_year AS INTEGER) AS last_year,
    definition.breaks,
    COALESCE(definition.needs_everybody, false) AS needs_everybody,
    CAST(definition.decimals AS INTEGER) AS decimals,
    definition.levels,
    definition.time_kind,
    definition.direction,
    definition.scale,
    definition.minimum,
    definition.maximum,
    definition.rollup_method,
    definition.interval_method,
    definition.headline,
    definition.source_registers,
    definition.source
FROM indicator_definition AS definition
INNER JOIN goal
    ON goal.goal_id = definition.goal_id
