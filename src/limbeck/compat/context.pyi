# What type checkers know of `context`: each name is one of the current `EnvironmentContext`.

from limbeck.compat.runtime.environment import EnvironmentContext

_proxy: EnvironmentContext

begin_transaction = _proxy.begin_transaction
config = _proxy.config
configure = _proxy.configure
execute = _proxy.execute
get_bind = _proxy.get_bind
get_context = _proxy.get_context
get_head_revision = _proxy.get_head_revision
get_head_revisions = _proxy.get_head_revisions
get_impl = _proxy.get_impl
get_revision_argument = _proxy.get_revision_argument
get_starting_revision_argument = _proxy.get_starting_revision_argument
get_tag_argument = _proxy.get_tag_argument
get_x_argument = _proxy.get_x_argument
is_offline_mode = _proxy.is_offline_mode
is_transactional_ddl = _proxy.is_transactional_ddl
requires_connection = _proxy.requires_connection
run_migrations = _proxy.run_migrations
script = _proxy.script
static_output = _proxy.static_output
