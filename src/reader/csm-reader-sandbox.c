/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-reader-sandbox.h"

#include <errno.h>
#include <gio/gio.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define MAX_MEMORY (G_GUINT64_CONSTANT (1024) * 1024 * 1024)
/* The kernel leaves at least 128 MB below the stack of a new process. */
#define STACK (G_GUINT64_CONSTANT (100) * 1024 * 1024)

static gboolean
set_limit (int      resource,
           rlim_t   value,
           GError **error)
{
  struct rlimit limit;

  if (getrlimit (resource, &limit) != 0)
    limit.rlim_max = RLIM_INFINITY;
  limit.rlim_cur = MIN (value, limit.rlim_max);
  /* The stack may grow on demand, everything else is final. */
  if (resource != RLIMIT_STACK)
    limit.rlim_max = limit.rlim_cur;
  if (setrlimit (resource, &limit) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "setrlimit %d: %s", resource, g_strerror (errno));
  return FALSE;
}

/**
 * csm_reader_sandbox_limit:
 * @error: return location
 *
 * Bounds what this process may use. GMime and the HTML parser work by recursion, so that the stack is
 * larger than usual.
 *
 * Returns: whether it succeeded
 */
gboolean
csm_reader_sandbox_limit (GError **error)
{
  /* The default action of these would write a core with a customer's mail in it. */
  if (!set_limit (RLIMIT_CORE, 0, error) || !set_limit (RLIMIT_STACK, STACK, error)
      || !set_limit (RLIMIT_NOFILE, 16, error))
    return FALSE;
#ifndef CSM_SANITIZED
  /* A sanitizer reserves terabytes of address space. */
  if (!set_limit (RLIMIT_AS, MAX_MEMORY, error))
    return FALSE;
#endif
  return TRUE;
}

static gboolean
allow (scmp_filter_ctx filter,
       int             call)
{
  /* A call that this architecture does not have needs no rule. */
  return call < 0 || seccomp_rule_add (filter, SCMP_ACT_ALLOW, call, 0) == 0;
}

/**
 * csm_reader_sandbox_close:
 * @error: return location
 *
 * Leaves this process with nothing but its memory and the files that are open. Everything else fails
 * with EACCES rather than killing it, since a C library may try and do without.
 *
 * Returns: whether it succeeded
 */
gboolean
csm_reader_sandbox_close (GError **error)
{
  static const int calls[] = {
    SCMP_SYS (read), SCMP_SYS (write), SCMP_SYS (readv), SCMP_SYS (writev), SCMP_SYS (close), SCMP_SYS (lseek),
    SCMP_SYS (fstat), SCMP_SYS (brk), SCMP_SYS (munmap), SCMP_SYS (mremap), SCMP_SYS (madvise), SCMP_SYS (futex),
    SCMP_SYS (exit), SCMP_SYS (exit_group), SCMP_SYS (rt_sigreturn), SCMP_SYS (rt_sigaction),
    SCMP_SYS (rt_sigprocmask), SCMP_SYS (sigaltstack), SCMP_SYS (clock_gettime), SCMP_SYS (gettimeofday),
    SCMP_SYS (getpid), SCMP_SYS (gettid), SCMP_SYS (tgkill), SCMP_SYS (sched_yield), SCMP_SYS (getrandom),
    SCMP_SYS (restart_syscall), SCMP_SYS (alarm), SCMP_SYS (setitimer),
#ifdef CSM_SANITIZED
    /* To report what it found, a sanitizer looks at the process itself. */
    SCMP_SYS (mmap), SCMP_SYS (mprotect), SCMP_SYS (openat), SCMP_SYS (open), SCMP_SYS (readlink), SCMP_SYS (stat),
    SCMP_SYS (newfstatat), SCMP_SYS (getrlimit), SCMP_SYS (prlimit64), SCMP_SYS (ioctl), SCMP_SYS (sched_getaffinity),
#endif
  };
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ERRNO (EACCES));
  gboolean ok = filter != NULL;
  int failure = 0;

  for (guint i = 0; ok && i < G_N_ELEMENTS (calls); i++)
    ok = allow (filter, calls[i]);
#ifndef CSM_SANITIZED
  /* Memory, but none that could be run. */
  ok = ok && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1,
                               SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
  ok = ok && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1,
                               SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
#endif
  if (ok)
    {
      failure = seccomp_load (filter);
      ok = failure == 0;
    }
  if (filter != NULL)
    seccomp_release (filter);
  if (!ok)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "seccomp: %s", g_strerror (failure != 0 ? -failure : ENOMEM));
  return ok;
}
