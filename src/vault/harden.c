/*
 * What the process asks of the kernel so that its memory stays its own.
 */
#include "vault/vault.h"

#include <sys/prctl.h>
#include <sys/resource.h>

/* LeakSanitizer stops and reads our threads by ptrace, which an undumpable process refuses. */
#if defined(__SANITIZE_ADDRESS__)
#define MUST_STAY_DUMPABLE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MUST_STAY_DUMPABLE 1
#endif
#endif

#ifdef MUST_STAY_DUMPABLE
static bool
forbid_ptrace(void)
{
	return true;
}
#else
static bool
forbid_ptrace(void)
{
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}
#endif

struct err
vault_harden_process(void)
{
	const struct rlimit none = { 0, 0 };

	/* Both: the limit does not count for a dump that is piped to a handler. */
	if (setrlimit(RLIMIT_CORE, &none) != 0 || !forbid_ptrace())
		return err_make(ERR_IO, "core dumps cannot be switched off");
	return OK_NONE;
}
