# usage: limbeck-guard.sh [BRANCH]: what would come of merging this checkout into BRANCH (default: main)?
set -e
branch=${1:-main}
git fetch --quiet origin "+refs/heads/$branch:refs/remotes/origin/$branch"
limbeck guard check@CONFIG@ --against "origin/$branch"
