# Add mer_ros to the paths of this shell (bash or zsh):   . scripts/env.sh
# shellcheck shell=bash
if [ -n "${BASH_VERSION:-}" ]; then
  _mer_here=${BASH_SOURCE[0]}
  _mer_shell=bash
elif [ -n "${ZSH_VERSION:-}" ]; then
  eval '_mer_here=${(%):-%x}' # zsh only: a syntax error to bash
  _mer_shell=zsh
else
  echo "scripts/env.sh supports bash and zsh only: start one of them first." >&2
  return 1
fi
_mer_root=$(cd "$(dirname "$_mer_here")/.." && pwd)
if [ ! -f "$_mer_root/install/local_setup.$_mer_shell" ]; then
  echo "mer_ros is not set up in $_mer_root: run 'make setup' there first." >&2
  unset _mer_here _mer_shell _mer_root
  return 1
fi
case $- in *u*) _mer_unset=-u ;; *) _mer_unset=+u ;; esac
set +u # the setup scripts of ROS read unset variables
. "$_mer_root/.venv/bin/activate"
if [ -d "$_mer_root/.venv/share/ament_index" ]; then # ROS wheels: .venv is the ROS prefix
  case ":${AMENT_PREFIX_PATH:-}:" in
    *":$_mer_root/.venv:"*) ;;
    *)
      export AMENT_PREFIX_PATH="$_mer_root/.venv${AMENT_PREFIX_PATH:+:$AMENT_PREFIX_PATH}"
      export CMAKE_PREFIX_PATH="$_mer_root/.venv${CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}"
      ;;
  esac
  . "$_mer_root/install/local_setup.$_mer_shell"
else # installed ROS: setup.bash or setup.zsh also sources the ROS of the build
  . "$_mer_root/install/setup.$_mer_shell"
fi
set "$_mer_unset"
unset _mer_here _mer_shell _mer_root _mer_unset
