"""Shut a process in, for good: its memory, its files, its network, its signals. For Linux, without root.

Landlock says which folders can be read and written, seccomp which system calls there are, rlimits how much there is of
everything; root loses what makes it root. All of it holds for the process that asks for it and cannot be taken back.
What is left to see of the rest of the machine is that a file of a given name exists, its size and its times.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from course_utils.grading.run.limits import MB, Limits

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38


def missing() -> list[str]:
    """Name what this system cannot confine; nothing on Linux since 6.12."""
    if sys.platform != "linux":
        return [f"anything: only Linux can shut a process in, and this is {platform.system()}"]
    found = []
    abi = _landlock_abi()
    if platform.machine() not in _SYSTEM_CALLS:
        found.append(f"processes and the network: the system calls of {platform.machine()} are not known here")
    if abi < 1:
        found.append("files: this kernel has no Landlock")
    elif abi < _SCOPED:
        found.append("signals to other processes: Landlock learned that in Linux 6.12")
    return found


def confine(limits: Limits, readable: Iterable[str], writable: Iterable[str], confined: bool) -> None:
    """Shut the calling process in; it dies with its parent."""
    if sys.platform != "linux":
        return
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _limit(limits)
    if not confined:
        return
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _drop_capabilities()
    if _landlock_abi() >= 1:
        _shut_files(readable, writable)
    if platform.machine() in _SYSTEM_CALLS:
        _shut_system_calls()


def _limit(limits: Limits) -> None:
    _at_most(resource.RLIMIT_AS, _address_space() + limits.memory * MB)
    _at_most(resource.RLIMIT_CPU, limits.notebook)
    _at_most(resource.RLIMIT_FSIZE, limits.disk * MB)
    _at_most(resource.RLIMIT_CORE, 0)
    _at_most(resource.RLIMIT_NOFILE, 512)
    # A write that goes beyond the limit should be an error in Python, not the end of the process.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _at_most(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _drop_capabilities() -> None:
    """Leave root, if it is that, with the rights of the owner of its files."""
    version_3, this_process = 0x20080522, 0
    if _libc().capset(struct.pack("Ii", version_3, this_process), bytes(24)) != 0:
        raise OSError(ctypes.get_errno(), "capset")


# --- Landlock: files, and signals -----------------------------------------------------------------------------------

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all machines
_SCOPED = 6  # the first version that can shut signals in
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE = 1 << 14
_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_MAKE_DEVICES = (1 << 6) | (1 << 11)  # character and block devices
_TCP = 3  # bind and connect
_SCOPES = 3  # abstract sockets and signals


def _landlock_abi() -> int:
    return max(_libc().syscall(_CREATE_RULESET, None, 0, 1), 0)


def _shut_files(readable: Iterable[str], writable: Iterable[str]) -> None:
    abi = _landlock_abi()
    everything = _ALL_BY_ABI[max(version for version in _ALL_BY_ABI if version <= abi)]
    attributes = struct.pack(
        "QQQ",
        everything,
        _TCP if abi >= 4 else 0,
        _SCOPES if abi >= _SCOPED else 0,
    )
    ruleset = _call(_CREATE_RULESET, attributes, 8 if abi < 4 else 16 if abi < _SCOPED else 24, 0)
    for path in readable:
        _allow(ruleset, path, (_READ_FILE | _READ_DIR) & everything)
    for path in writable:
        _allow(ruleset, path, everything & ~_EXECUTE & ~_MAKE_DEVICES)
    _call(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no right
    try:
        if not Path(path).is_dir():
            rights &= _READ_FILE | _WRITE_FILE | _TRUNCATE
        _call(_ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


# --- seccomp: system calls ------------------------------------------------------------------------------------------

_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS, _NOT_SUPPORTED = 1, 38, 95
_LOAD, _EQUAL, _ANY_BIT, _RETURN, _AND = 0x20, 0x15, 0x45, 0x06, 0x54
_CLONE_THREAD = 0x00010000
_AF_UNIX, _STREAM = 1, 1

# Calls by machine: the number of the architecture, then the numbers that differ.
_SYSTEM_CALLS: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            **{"socket": 41, "connect": 42, "socketpair": 53, "clone": 56, "fork": 57, "vfork": 58, "execve": 59},
            **{"kill": 62, "tkill": 200, "tgkill": 234, "ptrace": 101, "unshare": 272, "setns": 308, "mount": 165},
            **{"umount2": 166, "pivot_root": 155, "chroot": 161, "keyctl": 250, "add_key": 248, "request_key": 249},
            **{"bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "process_vm_readv": 310, "memfd_create": 319},
            **{"process_vm_writev": 311, "execveat": 322, "memfd_secret": 447, "setrlimit": 160, "prlimit64": 302},
            **{"shmget": 29, "msgget": 68, "semget": 64, "mq_open": 240, "setpriority": 141, "rt_sigqueueinfo": 129},
            **{"rt_tgsigqueueinfo": 297, "kcmp": 312, "init_module": 175, "finit_module": 313, "swapon": 167},
            **{"reboot": 169, "sethostname": 170, "settimeofday": 164, "mknod": 133, "mknodat": 259, "prctl": 157},
            **{"chmod": 90, "fchmod": 91, "fchmodat": 268, "chown": 92, "fchown": 93, "lchown": 94, "fchownat": 260},
            **{"utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280, "setxattr": 188, "lsetxattr": 189},
            **{"fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199, "ioprio_set": 251},
            **{"sched_setparam": 142, "sched_setscheduler": 144, "sched_setaffinity": 203, "sched_setattr": 314},
            **{"inotify_init": 253, "inotify_init1": 294, "fanotify_init": 300, "open_by_handle_at": 304},
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            **{"socket": 198, "connect": 203, "socketpair": 199, "clone": 220, "execve": 221, "kill": 129},
            **{"tkill": 130, "tgkill": 131, "ptrace": 117, "unshare": 97, "setns": 268, "mount": 40, "umount2": 39},
            **{"pivot_root": 41, "chroot": 51, "keyctl": 219, "add_key": 217, "request_key": 218, "bpf": 280},
            **{"perf_event_open": 241, "userfaultfd": 282, "process_vm_readv": 270, "process_vm_writev": 271},
            **{"memfd_create": 279, "execveat": 281, "memfd_secret": 447, "setrlimit": 164, "prlimit64": 261},
            **{"shmget": 194, "msgget": 186, "semget": 190, "mq_open": 180, "setpriority": 140},
            **{"rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240, "kcmp": 272, "init_module": 105},
            **{"finit_module": 273, "swapon": 224, "reboot": 142, "sethostname": 161, "settimeofday": 170},
            **{"mknodat": 33, "prctl": 167, "fchmod": 52, "fchmodat": 53, "fchown": 55, "fchownat": 54},
            **{"utimensat": 88, "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15},
            **{"fremovexattr": 16, "sched_setparam": 118, "sched_setscheduler": 119, "sched_setaffinity": 122},
            **{"sched_setattr": 274, "ioprio_set": 30, "inotify_init1": 26, "fanotify_init": 262},
            **{"open_by_handle_at": 265},
        },
    ),
}
# These have the same numbers everywhere.
_COMMON = {"io_uring_setup": 425, "pidfd_send_signal": 424, "pidfd_open": 434, "pidfd_getfd": 438, "clone3": 435}
_COMMON |= {"open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "mount_setattr": 442}
_COMMON |= {"fchmodat2": 452, "setxattrat": 463, "removexattrat": 466}
_JUDGED_BY_ARGUMENT = {"socket", "socketpair", "clone", "kill", "tgkill", "prlimit64", "prctl"}
# Landlock leaves rights, owners and times of files to whoever owns them. These calls do nothing, and say that all is
# well: shutil.copy asks for them, and zmq for the scheduling that it has.
_DO_NOTHING = {"chmod", "fchmod", "fchmodat", "fchmodat2", "utime", "utimes", "futimesat", "utimensat"}
_DO_NOTHING |= {"sched_setscheduler", "sched_setparam"}


def _shut_system_calls() -> None:
    """Refuse: other processes, programs, files' rights, most sockets, and the kernel's stranger corners."""
    machine, numbers = _SYSTEM_CALLS[platform.machine()]
    numbers = numbers | _COMMON
    program = [
        _load(4),  # the architecture
        _jump(_EQUAL, machine, 1, 0),
        _give(_KILL),
        _load(0),  # the number of the call
    ]
    if platform.machine() == "x86_64":
        program += [_jump(_ANY_BIT, 0x40000000, 0, 1), _give(_ERRNO | _ENOSYS)]  # the x32 calls have other numbers
    for name, number in numbers.items():
        if name not in _JUDGED_BY_ARGUMENT:
            error = {"connect": _NOT_SUPPORTED, "clone3": _ENOSYS, **dict.fromkeys(_DO_NOTHING, 0)}.get(name, _EPERM)
            program += [_jump(_EQUAL, number, 0, 1), _give(_ERRNO | error)]
    for name in sorted(_JUDGED_BY_ARGUMENT & set(numbers)):
        judged = _judge(name)
        program += [_jump(_EQUAL, numbers[name], 0, len(judged)), *judged]
    program.append(_give(_ALLOW))
    code = ctypes.create_string_buffer(b"".join(program))
    filters = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code))
    _prctl(_PR_SET_SECCOMP, 2, ctypes.create_string_buffer(filters))


def _judge(name: str) -> list[bytes]:
    """Give the part of the program that looks at a call's arguments, and ends with a verdict."""
    match name:
        case "socket" | "socketpair":
            return [
                _load(_argument(0)),
                _jump(_EQUAL, _AF_UNIX, 1, 0),
                _give(_ERRNO | _NOT_SUPPORTED),
                _load(_argument(1)),
                struct.pack("HBBI", _AND, 0, 0, 0xF),
                _jump(_EQUAL, _STREAM, 1, 0),
                _give(_ERRNO | _NOT_SUPPORTED),
                _give(_ALLOW),
            ]
        case "clone":  # threads are welcome, processes are not
            return [_load(_argument(0)), _jump(_ANY_BIT, _CLONE_THREAD, 1, 0), _give(_ERRNO | _EPERM), _give(_ALLOW)]
        case "prlimit64":  # looking at one's own limits is no harm; setting them could stop the process's own clean-up
            return [_load(_argument(2)), _jump(_EQUAL, 0, 1, 0), _give(_ERRNO | _EPERM), _give(_ALLOW)]
        case "prctl":  # it is to die with its parent, whatever it wishes
            return [_load(_argument(0)), _jump(_EQUAL, _PR_SET_PDEATHSIG, 0, 1), _give(_ERRNO | _EPERM), _give(_ALLOW)]
    # kill and tgkill: only itself
    return [_load(_argument(0)), _jump(_EQUAL, os.getpid(), 1, 0), _give(_ERRNO | _EPERM), _give(_ALLOW)]


def _argument(index: int) -> int:
    return 16 + 8 * index


def _load(offset: int) -> bytes:
    return struct.pack("HBBI", _LOAD, 0, 0, offset)


def _jump(test: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("HBBI", test, if_true, if_false, value)


def _give(verdict: int) -> bytes:
    return struct.pack("HBBI", _RETURN, 0, 0, verdict)


# --- the C library --------------------------------------------------------------------------------------------------


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *args: object) -> int:
    result = _libc().syscall(number, *args)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"system call {number}: {os.strerror(ctypes.get_errno())}")
    return result


def _prctl(option: int, *args: object) -> None:
    if _libc().prctl(option, *args, *[0] * (4 - len(args))) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")
