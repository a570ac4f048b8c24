/*
 * The rows of mail, and what a mailed link changes.
 */
#include "store/store_mail.h"

#include "store/tx.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
#define KEPT_MS (30 * DAY_MS)
/* A due time later than this was made by a clock that went wrong. */
#define NEAR_MS ((int64_t)2 * 60 * 60 * 1000)

struct err
store_load_recent_mail(struct store_tx *tx, const struct stored_mail *mail, struct instant now,
		       struct mail_recent *ret_recent)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err =
		db_query(tx->db, STMT_MAIL_RECENT, &rows, db_text(mail->recipient_key),
			 tx_word(&mail_kind_words, (int)mail->kind), db_int(now.ms - MAIL_PAUSE_MS),
			 db_int(now.ms + NEAR_MS), db_text_or_null(mail->person));

	*ret_recent = (struct mail_recent){ 0 };
	if (err.code || !rows.has_row)
		return err;
	ret_recent->latest = db_get_instant(&rows, 0);
	ret_recent->n_waiting = db_get_int(&rows, 1);
	ret_recent->is_same_waiting = db_get_int(&rows, 2) > 0;
	return OK_NONE;
}

struct err
store_count_waiting_mail(struct store_tx *tx, int64_t max, int64_t *ret_n)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_MAIL_N_WAITING, &rows, db_int(max));

	*ret_n = !err.code && rows.has_row ? db_get_int(&rows, 0) : 0;
	return err;
}

struct err
store_add_mail(struct store_tx *tx, const struct stored_mail *mail, struct instant now)
{
	struct err err = tx_exec(tx, STMT_MAIL_PURGE, db_int(now.ms - KEPT_MS));

	if (err.code)
		return err;
	return tx_exec(tx, STMT_MAIL_ADD, db_text(mail->id),
		       tx_word(&mail_kind_words, (int)mail->kind), db_text(mail->recipient),
		       db_text(mail->recipient_key), db_text(mail->subject),
		       db_text(mail->account_id.value), db_text_or_null(mail->user_id.value),
		       db_text_or_null(mail->connection_id.value), db_text_or_null(mail->page),
		       db_text_or_null(mail->person), db_text_or_null(mail->person_name),
		       db_int(now.ms), db_int(mail->next_try.ms));
}

static struct err
read_mail(const struct db_rows *rows, struct arena *arena, struct stored_mail *ret_mail)
{
	int kind = 0;
	int column = 2;
	struct err err = tx_get_word(rows, 1, &mail_kind_words, &kind);

	if (err.code)
		return err;
	ret_mail->id = db_get_text(rows, 0, arena);
	ret_mail->kind = (enum mail_kind)kind;
	ret_mail->recipient = db_get_text(rows, column++, arena);
	ret_mail->recipient_key = db_get_text(rows, column++, arena);
	ret_mail->subject = db_get_text(rows, column++, arena);
	ret_mail->account_id.value = db_get_text(rows, column++, arena);
	ret_mail->user_id.value = db_get_text(rows, column++, arena);
	ret_mail->connection_id.value = db_get_text(rows, column++, arena);
	ret_mail->page = db_get_text(rows, column++, arena);
	ret_mail->person = db_get_text(rows, column++, arena);
	ret_mail->person_name = db_get_text(rows, column++, arena);
	ret_mail->next_try = db_get_instant(rows, column++);
	ret_mail->n_tries = db_get_int(rows, column);
	return OK_NONE;
}

struct err
store_load_mail(struct store_tx *tx, struct arena *arena, struct str id,
		struct stored_mail *ret_mail)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_MAIL_BY_ID, &rows, db_text(id));

	*ret_mail = (struct stored_mail){ 0 };
	if (err.code || !rows.has_row)
		return err;
	return read_mail(&rows, arena, ret_mail);
}

struct err
store_load_first_mail(struct store_tx *tx, struct arena *arena, struct stored_mail *ret_mail)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query_values(tx->db, STMT_MAIL_FIRST, &rows, NULL, 0);

	*ret_mail = (struct stored_mail){ 0 };
	if (err.code || !rows.has_row)
		return err;
	return read_mail(&rows, arena, ret_mail);
}

struct err
store_note_mail_sent(struct store_tx *tx, struct str id, int64_t n_tries, struct instant now)
{
	return tx_exec(tx, STMT_MAIL_SENT, db_text(id), db_int(now.ms), db_int(n_tries));
}

struct err
store_note_mail_failed(struct store_tx *tx, struct str id, int64_t n_tries, struct str why,
		       struct instant next_try)
{
	return tx_exec(tx, STMT_MAIL_FAILED, db_text(id), db_text(why), db_int(n_tries),
		       db_instant(next_try));
}

struct err
store_shift_mail(struct store_tx *tx, int64_t by_ms)
{
	return tx_exec(tx, STMT_MAIL_SHIFT, db_int(by_ms));
}

struct err
store_pull_in_mail(struct store_tx *tx, struct instant now, struct instant horizon)
{
	return tx_exec(tx, STMT_MAIL_PULL_IN, db_int(now.ms), db_int(horizon.ms));
}

/* ---- People ---- */

struct err
store_load_creator(struct store_tx *tx, struct arena *arena, struct account_id id,
		   struct user_id *ret_user_id, struct email *ret_email)
{
	_cleanup_(db_rows_done) struct db_rows rows = { 0 };
	struct err err = db_query(tx->db, STMT_ACCOUNT_CREATOR, &rows, db_text(id.value));

	*ret_user_id = (struct user_id){ 0 };
	if (err.code || !rows.has_row)
		return err;
	ret_user_id->value = db_get_text(&rows, 0, arena);
	*ret_email = (struct email){
		.text = db_get_text(&rows, 1, arena),
		.key = db_get_text(&rows, 2, arena),
	};
	return OK_NONE;
}

struct err
store_verify_email(struct store_tx *tx, struct user_id id, struct instant now)
{
	return tx_exec(tx, STMT_USER_VERIFY_EMAIL, db_text(id.value), db_int(now.ms));
}

struct err
store_add_member(struct store_tx *tx, struct user_id id, struct account_id account_id,
		 struct str email, struct str email_key, struct instant trial_expires,
		 struct instant now)
{
	return tx_exec(tx, STMT_USER_INSERT, db_text(id.value), db_text(account_id.value),
		       db_text(email), db_text(email_key), db_null(), db_null(),
		       tx_word(&user_origin_words, ORIGIN_ADDED), db_instant(trial_expires),
		       db_int(now.ms));
}

struct err
store_load_user_of(struct store_tx *tx, struct arena *arena, struct account_id id,
		   struct str email_key, struct known_account *ret_account,
		   struct known_user *ret_user)
{
	return tx_load_account(tx, arena, id, email_key, ret_account, ret_user);
}
