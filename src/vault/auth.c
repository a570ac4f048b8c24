/*
 * Deciding about an Authorization value: from memory on the event threads, by Argon2id on a worker.
 *
 * The credentials are a counted, unchanging set; replacing them swaps the set. A verification holds
 * the set it looks at, and what it finds counts only if that is still the one in force. A credential
 * is opened by one value alone, so the accepted values are remembered in the set itself, one each:
 * they need no bound and nothing can push them out.
 *
 * One job in the pool works through all that waits. It is not one job a value, for guesses must not
 * take all workers and all cores.
 */
#include "vault/auth_internal.h"

#include "base/rng.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>

struct credential {
	enum credential_slot slot;
	uint8_t user_tag[TAG_SIZE];
	char hash[PASSWORD_HASH_SIZE];
	/* Under the mutex. */
	bool was_accepted;
	uint8_t accepted_tag[TAG_SIZE];
	struct tick accepted_until;
};

struct credential_set {
	size_t n_refs; /* under the mutex */
	uint64_t generation;
	size_t n;
	struct credential items[];
};

/* A value that waits for its verification, with all requests that brought it. */
struct verification {
	struct verification *next;
	uint8_t tag[TAG_SIZE];
	bool was_accepted; /* right before, and only grown old */
	struct auth_request *first;
	struct auth_request *last;
};

struct auth {
	struct pool *pool;
	struct clock *clock;
	struct password_verifier *verifier;
	uint8_t key[crypto_generichash_KEYBYTES];
	pthread_mutex_t mutex;
	/* All below: under the mutex. */
	struct credential_set *set;
	struct verification *running;
	struct verification *queue;
	size_t n_unknown; /* of these two, without was_accepted */
	bool has_worker;  /* the job is with the pool, or runs */
	struct pool_job job;
	struct refused_values refused;
};

struct answer {
	struct err err;
	enum credential_slot slot;
	size_t i; /* of the credential, when accepted */
	bool is_remembered;
};

static void
auth_lock(struct auth *auth)
{
	(void)pthread_mutex_lock(&auth->mutex); /* fails on bugs only: the mutex is plain */
}

static void
auth_unlock(struct auth *auth)
{
	(void)pthread_mutex_unlock(&auth->mutex);
}

static void
tag_of(const struct auth *auth, struct str text, uint8_t tag[static TAG_SIZE])
{
	/* Fails on bad sizes only, which are constants here. */
	(void)crypto_generichash(tag, TAG_SIZE, (const uint8_t *)text.ptr, text.len, auth->key,
				 sizeof(auth->key));
}

static struct err
err_unauthorized(void)
{
	return err_make(ERR_UNAUTHORIZED, "the credentials are not ours");
}

/* ---- The set of credentials ---- */

static struct credential_set *
set_new(const struct auth *auth, const struct auth_credential *credentials, size_t n)
{
	struct credential_set *set = calloc(1, sizeof(*set) + n * sizeof(set->items[0]));

	if (!set)
		abort();
	set->n_refs = 1;
	set->n = n;
	for (size_t i = 0; i < n; i++) {
		set->items[i].slot = credentials[i].slot;
		tag_of(auth, credentials[i].user, set->items[i].user_tag);
		password_hash_copy(set->items[i].hash, credentials[i].password_hash);
	}
	return set;
}

/* Under the mutex. */
static void
set_drop(struct credential_set *set)
{
	if (--set->n_refs > 0)
		return;
	explicit_bzero(set->items, set->n * sizeof(set->items[0]));
	free(set);
}

struct auth *
auth_new_with(struct pool *pool, struct clock *clock, struct password_verifier *verifier,
	      const struct auth_credential *credentials, size_t n)
{
	struct auth *auth = calloc(1, sizeof(*auth));

	if (!auth || sodium_init() < 0 || pthread_mutex_init(&auth->mutex, NULL) != 0)
		abort();
	auth->pool = pool;
	auth->clock = clock;
	auth->verifier = verifier;
	rng_fill(&rng_system, auth->key, sizeof(auth->key));
	auth->set = set_new(auth, credentials, n);
	auth->set->generation = 1; /* 0 marks an empty place among the refused */
	return auth;
}

struct auth *
auth_new(struct pool *pool, struct clock *clock, const struct auth_credential *credentials,
	 size_t n)
{
	return auth_new_with(pool, clock, &password_verifier_argon2id, credentials, n);
}

void
auth_free(struct auth *auth)
{
	if (!auth)
		return;
	assert(!auth->running && !auth->queue); /* the pool is gone, and it ran all that it had */
	set_drop(auth->set);
	(void)pthread_mutex_destroy(&auth->mutex);
	explicit_bzero(auth->key, sizeof(auth->key));
	free(auth);
}

void
auth_replace(struct auth *auth, const struct auth_credential *credentials, size_t n)
{
	struct credential_set *set = set_new(auth, credentials, n);

	auth_lock(auth);
	set->generation = auth->set->generation + 1;
	set_drop(auth->set);
	auth->set = set;
	auth_unlock(auth);
}

/* ---- What is remembered ---- */

/* Under the mutex. */
static enum auth_verdict
recall(const struct auth *auth, const uint8_t tag[static TAG_SIZE], struct tick now,
       enum credential_slot *ret_slot)
{
	const struct credential_set *set = auth->set;

	for (size_t i = 0; i < set->n; i++) {
		const struct credential *credential = &set->items[i];

		if (credential->was_accepted && now.ns < credential->accepted_until.ns &&
		    sodium_memcmp(credential->accepted_tag, tag, TAG_SIZE) == 0) {
			*ret_slot = credential->slot;
			return AUTH_ACCEPTED;
		}
	}
	if (refused_values_have(&auth->refused, tag, set->generation, now))
		return AUTH_REFUSED;
	return AUTH_UNKNOWN;
}

/* Under the mutex. */
static void
remember(struct auth *auth, const uint8_t tag[static TAG_SIZE], const struct answer *answer)
{
	struct tick now = clock_tick(auth->clock);
	struct credential *credential;

	if (answer->err.code) {
		refused_values_add(&auth->refused, tag, auth->set->generation,
				   tick_add_ms(now, AUTH_REFUSED_MS));
		return;
	}
	credential = &auth->set->items[answer->i];
	credential->was_accepted = true;
	memcpy(credential->accepted_tag, tag, TAG_SIZE);
	credential->accepted_until = tick_add_ms(now, AUTH_ACCEPTED_MS);
}

/* Under the mutex. */
static bool
was_accepted(const struct auth *auth, const uint8_t tag[static TAG_SIZE])
{
	for (size_t i = 0; i < auth->set->n; i++) {
		const struct credential *credential = &auth->set->items[i];

		if (credential->was_accepted &&
		    sodium_memcmp(credential->accepted_tag, tag, TAG_SIZE) == 0)
			return true;
	}
	return false;
}

static bool
is_basic(struct str authorization)
{
	struct basic basic;
	bool is_read = basic_read(authorization, &basic);

	if (is_read)
		basic_release(&basic);
	return is_read;
}

enum auth_verdict
auth_check(struct auth *auth, struct str authorization, enum credential_slot *ret_slot)
{
	uint8_t tag[TAG_SIZE];
	enum auth_verdict verdict;
	struct str value;
	struct tick now;

	if (!basic_find_value(authorization, &value))
		return AUTH_REFUSED;
	tag_of(auth, value, tag);
	now = clock_tick(auth->clock);
	auth_lock(auth);
	verdict = recall(auth, tag, now, ret_slot);
	auth_unlock(auth);
	/* What is remembered was read before; only a new value has to be looked into. */
	if (verdict == AUTH_UNKNOWN && !is_basic(authorization))
		return AUTH_REFUSED;
	return verdict;
}

/* ---- Verifying, on a worker ---- */

/* AUTH-2, AUTH-3: every credential is verified, whoever the user says to be. */
static struct answer
verify_all(struct auth *auth, const struct credential_set *set, const struct basic *basic)
{
	struct answer answer = { .err = err_unauthorized(), .is_remembered = true };
	uint8_t user_tag[TAG_SIZE];
	char dummy[PASSWORD_HASH_SIZE];

	tag_of(auth, basic->user, user_tag);
	if (set->n == 0) {
		password_hash_dummy(dummy);
		(void)auth->verifier->verify(auth->verifier, dummy, basic->password);
	}
	for (size_t i = 0; i < set->n; i++) {
		const struct credential *credential = &set->items[i];
		enum password_verdict verdict =
			auth->verifier->verify(auth->verifier, credential->hash, basic->password);
		bool is_user = sodium_memcmp(credential->user_tag, user_tag, TAG_SIZE) == 0;

		if (verdict == PASSWORD_NO_MEMORY)
			return (struct answer){ .err = { ERR_OVERLOADED, "no memory to hash" } };
		if (verdict == PASSWORD_RIGHT && is_user && answer.err.code) {
			answer.err = OK_NONE;
			answer.slot = credential->slot;
			answer.i = i;
		}
	}
	return answer;
}

/* The set in force, held until set_drop(). *ret_answer is what is remembered by now, if anything. */
static struct credential_set *
hold_set(struct auth *auth, const struct verification *verification, enum auth_verdict *ret_verdict,
	 struct answer *ret_answer)
{
	struct tick now = clock_tick(auth->clock);
	struct credential_set *set;

	auth_lock(auth);
	*ret_verdict = recall(auth, verification->tag, now, &ret_answer->slot);
	set = auth->set;
	set->n_refs++;
	auth_unlock(auth);
	if (*ret_verdict == AUTH_REFUSED)
		ret_answer->err = err_unauthorized();
	return set;
}

/*
 * Ends the verification, unless the credentials were replaced meanwhile. Remembering and closing it
 * to more requests are one step: a request that comes now finds the one or the other.
 */
static bool
conclude(struct auth *auth, struct verification *verification, struct credential_set *set,
	 const struct answer *answer)
{
	bool is_current;

	auth_lock(auth);
	is_current = auth->set == set;
	if (is_current) {
		if (answer->is_remembered)
			remember(auth, verification->tag, answer);
		auth->running = NULL;
		if (!verification->was_accepted)
			auth->n_unknown--;
	}
	set_drop(set);
	auth_unlock(auth);
	return is_current;
}

static struct answer
settle(struct auth *auth, struct verification *verification)
{
	struct credential_set *set;
	struct answer answer;
	struct basic basic;

	do {
		enum auth_verdict verdict;

		answer = (struct answer){ .err = err_unauthorized() };
		set = hold_set(auth, verification, &verdict, &answer);
		if (verdict == AUTH_ACCEPTED)
			answer.err = OK_NONE;
		else if (verdict == AUTH_UNKNOWN &&
			 basic_read(verification->first->authorization, &basic)) {
			answer = verify_all(auth, set, &basic);
			basic_release(&basic);
		}
	} while (!conclude(auth, verification, set, &answer));
	return answer;
}

static void
report(struct verification *verification, const struct answer *answer)
{
	struct auth_request *next;

	for (struct auth_request *request = verification->first; request; request = next) {
		next = request->next; /* done() may free it */
		request->done(request, answer->err, answer->slot);
	}
	free(verification);
}

/* The next to verify; NULL when there is none, and then the worker is free. */
static struct verification *
take_next(struct auth *auth)
{
	struct verification *verification;

	auth_lock(auth);
	verification = auth->queue;
	if (verification)
		auth->queue = verification->next;
	auth->running = verification;
	auth->has_worker = verification != NULL;
	auth_unlock(auth);
	return verification;
}

static void
work(struct pool_job *job)
{
	struct auth *auth = CONTAINER_OF(job, struct auth, job);
	struct verification *verification;

	while ((verification = take_next(auth))) {
		struct answer answer = settle(auth, verification);

		report(verification, &answer);
	}
}

/* ---- Asking for a verification. All under the mutex but auth_verify() itself. ---- */

static struct verification *
find_verification(struct auth *auth, const uint8_t tag[static TAG_SIZE])
{
	if (auth->running && sodium_memcmp(auth->running->tag, tag, TAG_SIZE) == 0)
		return auth->running;
	for (struct verification *at = auth->queue; at; at = at->next) {
		if (sodium_memcmp(at->tag, tag, TAG_SIZE) == 0)
			return at;
	}
	return NULL;
}

static void
enqueue(struct auth *auth, const uint8_t tag[static TAG_SIZE], bool is_known,
	struct auth_request *request)
{
	struct verification *verification = calloc(1, sizeof(*verification));
	struct verification **place = &auth->queue;

	if (!verification)
		abort();
	memcpy(verification->tag, tag, TAG_SIZE);
	verification->was_accepted = is_known;
	verification->first = request;
	verification->last = request;
	while (*place && (!is_known || (*place)->was_accepted))
		place = &(*place)->next;
	verification->next = *place;
	*place = verification;
	if (!is_known)
		auth->n_unknown++;
}

static struct err
start_verification(struct auth *auth, const uint8_t tag[static TAG_SIZE],
		   struct auth_request *request)
{
	bool is_known = was_accepted(auth, tag);
	struct err err;

	if (!is_known && auth->n_unknown >= AUTH_MAX_UNKNOWN)
		return err_make(ERR_OVERLOADED, "too many unknown credentials are being verified");
	if (!auth->has_worker) {
		auth->job.run = work;
		err = pool_submit(auth->pool, &auth->job); /* it waits for the mutex */
		if (err.code)
			return err;
		auth->has_worker = true;
	}
	enqueue(auth, tag, is_known, request);
	return OK_NONE;
}

struct err
auth_verify(struct auth *auth, struct auth_request *request)
{
	struct verification *same;
	struct str value;
	struct err err = OK_NONE;
	uint8_t tag[TAG_SIZE];

	if (!basic_find_value(request->authorization, &value))
		value = request->authorization; /* refused on the worker */
	tag_of(auth, value, tag);
	request->next = NULL;
	auth_lock(auth);
	same = find_verification(auth, tag);
	if (same) {
		same->last->next = request;
		same->last = request;
	} else {
		err = start_verification(auth, tag, request);
	}
	auth_unlock(auth);
	return err;
}
