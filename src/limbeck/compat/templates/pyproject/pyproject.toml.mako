[tool.alembic]
# the folder with env.py and the revisions; %(here)s is the folder of this file
script_location = "${script_location}"

# what is put before all other folders when Python looks for modules
prepend_sys_path = ["."]

# the names of new files
# file_template = "%%(rev)s_%%(slug)s"
# truncate_slug_length = 40

# the zone of dates in new files, for example "UTC"; without it, local time
# timezone = ""

# folders of revisions, when `versions` in the folder above is not the one
# version_locations = ["%(here)s/bar", "%(here)s/bat"]
# recursive_version_locations = false

# run env.py for `revision` even without --autogenerate
# revision_environment = false

# what is done with each new revision file; for example
# [[tool.alembic.post_write_hooks]]
# name = "ruff"
# type = "module"
# module = "ruff"
# options = "check --fix REVISION_SCRIPT_FILENAME"
