// Precompiled headers are built with the options of a target; this is its source.
