-- Which sites a person answers for, each with all below it. Who has no row sees nothing.
CREATE TABLE person_site (
    person_id TEXT NOT NULL REFERENCES person (id),
    site_id   TEXT NOT NULL REFERENCES site (id),
    PRIMARY KEY (person_id, site_id)
) STRICT, WITHOUT ROWID;

INSERT INTO person_site (person_id, site_id) SELECT id, 'root' FROM person;
