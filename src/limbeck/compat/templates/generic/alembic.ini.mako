# A database that is migrated with Alembic, or with limbeck.

[alembic]
# the folder with env.py and the revisions; %(here)s is the folder of this file
script_location = ${script_location}

# what is put before all other folders when Python looks for modules
prepend_sys_path = .

# what separates the folders in the settings above and below; "os" is : or ;
path_separator = os

# the names of new files
# file_template = %%(rev)s_%%(slug)s
# truncate_slug_length = 40

# the zone of dates in new files, for example UTC; without it, local time
# timezone =

# folders of revisions, when `versions` in the folder above is not the one
# version_locations = %(here)s/bar:%(here)s/bat
# recursive_version_locations = false

# run env.py for `revision` even without --autogenerate
# revision_environment = false

# accept .pyc files without their source
# sourceless = false

# output_encoding = utf-8

# the address of the database; env.py may find it elsewhere
sqlalchemy.url = driver://user:pass@localhost/dbname

[post_write_hooks]
# What is done with each new revision file; for example
# hooks = ruff
# ruff.type = module
# ruff.module = ruff
# ruff.options = check --fix REVISION_SCRIPT_FILENAME

[loggers]
keys = root,sqlalchemy,alembic

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console
qualname =

[logger_sqlalchemy]
level = WARNING
handlers =
qualname = sqlalchemy.engine

[logger_alembic]
level = INFO
handlers =
qualname = alembic

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
datefmt = %H:%M:%S
