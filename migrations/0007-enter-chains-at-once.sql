-- An import enters several audit chains at the same time, so each has its own place where to go on.
comment on column import_run.cursor is 'How far it has come into the register: for each audit chain the last village and number.';
