-- Which group of the hospital's directory gives which role, in the order in which they are tried, as
-- administrators set it on the page. Without any row it is as the settings file says.
CREATE TABLE directory_role (
    no       INTEGER NOT NULL PRIMARY KEY,
    group_dn TEXT    NOT NULL,
    role     TEXT    NOT NULL,
    sites    TEXT    NOT NULL -- Ids, separated by spaces.
) STRICT;
