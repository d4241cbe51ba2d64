limbeck_guard() {
    @FIND@
    if command -v limbeck >/dev/null 2>&1; then
        limbeck guard "$@"
    else
        echo "limbeck is not found: nothing is guarded" >&2
    fi
}
@CALL@
