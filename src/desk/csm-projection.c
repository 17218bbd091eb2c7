/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-projection.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-projection-view.h"
#include "csm-validate.h"

/*
 * Each partner has an account of its own with copies of what is shared with them, under the same ids. Before a transaction ends, what
 * it wrote is looked at once more: who sees it gets the new copy, who does no longer gets a tombstone. What is damaged is shown to
 * nobody, and keeps nothing else from being shown.
 */

typedef struct
{
  CsmTxn     *txn;
  GPtrArray  *accounts;  /* CsmAccountRow */
  GHashTable *cases;     /* id → JsonObject; NULL: there is none */
  GHashTable *loose;     /* "account id" of people, customers and channels that perhaps nothing names any more */
  GPtrArray  *findings;  /* NULL: write; otherwise only say what would be */
} Projection;

/* Cases come last: what they say of their messages is reckoned from those that are there. */
static const CsmTypeId order[] = { CSM_TYPE_ID_TEAM, CSM_TYPE_ID_PERSON, CSM_TYPE_ID_CHANNEL, CSM_TYPE_ID_CUSTOMER,
                                   CSM_TYPE_ID_CONVERSATION, CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_SHARED_COMMENT, CSM_TYPE_ID_CASE };
static const CsmTypeId contents[] = { CSM_TYPE_ID_CONVERSATION, CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_SHARED_COMMENT };

/* By what records of a projection name others. */
static const struct
{
  CsmTypeId   type;
  const char *property;
  CsmTypeId   named;
} names[] = {
  { CSM_TYPE_ID_MESSAGE, "authorId", CSM_TYPE_ID_PERSON },
  { CSM_TYPE_ID_SHARED_COMMENT, "authorId", CSM_TYPE_ID_PERSON },
  { CSM_TYPE_ID_CASE, "customerId", CSM_TYPE_ID_CUSTOMER },
  { CSM_TYPE_ID_CONVERSATION, "customerId", CSM_TYPE_ID_CUSTOMER },
  { CSM_TYPE_ID_MESSAGE, "customerId", CSM_TYPE_ID_CUSTOMER },
  { CSM_TYPE_ID_CONVERSATION, "channelId", CSM_TYPE_ID_CHANNEL },
  { CSM_TYPE_ID_MESSAGE, "channelId", CSM_TYPE_ID_CHANNEL },
};

static void
json_object_clear (gpointer object)
{
  if (object != NULL)
    json_object_unref (object);
}

static void
projection_init (Projection *self,
                 CsmTxn     *txn,
                 GPtrArray  *findings)
{
  self->txn = txn;
  self->cases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, json_object_clear);
  self->loose = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->findings = findings;
}

static void
projection_clear (Projection *self)
{
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_hash_table_unref (self->cases);
  g_hash_table_unref (self->loose);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Projection, projection_clear)

/* (transfer none) */
static JsonObject *
find_case (Projection  *self,
           const char  *id,
           GError     **error)
{
  JsonObject *case_;
  g_autoptr (GError) local = NULL;

  if (id == NULL || g_hash_table_lookup_extended (self->cases, id, NULL, (gpointer *) &case_))
    return id != NULL ? case_ : NULL;
  case_ = csm_desk_try (self->txn, CSM_TYPE_ID_CASE, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  g_hash_table_insert (self->cases, g_strdup (id), case_);
  return case_;
}

/* --- Writing, or saying what would be written ----------------------------------------------------------------------- */

static gboolean
differs (const CsmRecordType *type,
         JsonObject          *old,
         JsonObject          *view)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (type, old, view);

  for (guint i = 0; i < changed->len; i++)
    {
      const char *name = g_ptr_array_index (changed, i);

      if (!g_str_equal (name, "updated") && !g_str_equal (name, "created"))
        return TRUE;
    }
  return FALSE;
}

static void
loosen (Projection          *self,
        const CsmAccountRow *account,
        const char          *id)
{
  if (id != NULL)
    g_hash_table_add (self->loose, g_strdup_printf ("%" G_GINT64_FORMAT " %s", account->account, id));
}

static void
loosen_named (Projection          *self,
              const CsmAccountRow *account,
              const CsmRecordType *type,
              JsonObject          *old)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (names[i].type == type->id)
        loosen (self, account, csm_json_get_string (old, names[i].property));
    }
}

static void
find (Projection          *self,
      const CsmAccountRow *account,
      const CsmRecordType *type,
      const char          *id,
      const char          *what)
{
  g_ptr_array_add (self->findings, g_strdup_printf ("%s %s %s in what a partner sees (%s)", type->name, id, what, account->id));
}

/* Takes @view, which may be NULL: then the record is not to be there. */
static gboolean
put (Projection          *self,
     const CsmAccountRow *account,
     const CsmRecordType *type,
     const char          *id,
     JsonObject          *given,
     GError             **error)
{
  g_autoptr (JsonObject) view = given;
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) old = csm_txn_get (self->txn, account->account, type, id, &local);

  /* A damaged copy is made anew. */
  if (local != NULL && !csm_desk_may_skip (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (old != NULL && view != NULL)
    {
      csm_json_set_string (view, "id", id);
      /* A copy that an older version made lacks what came since. */
      csm_record_fill_defaults (type, old);
      if (!differs (type, old, view))
        return TRUE;
      loosen_named (self, account, type, old);
      if (self->findings != NULL)
        find (self, account, type, id, "is out of date");
    }
  else if (old != NULL)
    {
      loosen_named (self, account, type, old);
      if (self->findings != NULL)
        find (self, account, type, id, "should not be there");
      else
        return csm_txn_destroy (self->txn, account->account, type, id, error);
    }
  else if (view != NULL && self->findings != NULL)
    {
      find (self, account, type, id, "is missing");
    }
  return self->findings != NULL || view == NULL || csm_txn_put (self->txn, account->account, type, id, view, error);
}

static gboolean
exists (Projection          *self,
        const CsmAccountRow *account,
        const CsmRecordType *type,
        const char          *id,
        gboolean            *is_there,
        GError             **error)
{
  g_autoptr (GError) local = NULL;

  *is_there = csm_txn_get_modseq (self->txn, account->account, type, id, &local) != 0;
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return *is_there || error == NULL || *error == NULL;
}

/* --- People, customers, channels: there as long as something names them ------------------------------------------------- */

static gboolean
put_named (Projection          *self,
           const CsmAccountRow *account,
           CsmTypeId            type_id,
           const char          *id,
           GError             **error)
{
  const CsmRecordType *type = csm_record_type_get (type_id);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) record = csm_desk_try (self->txn, type_id, id, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return record == NULL || put (self, account, type, id, csm_projection_view (type, record), error);
}

static gboolean
put_all_named (Projection          *self,
               const CsmAccountRow *account,
               const CsmRecordType *type,
               JsonObject          *view,
               GError             **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *id = names[i].type == type->id ? csm_json_get_string (view, names[i].property) : NULL;

      if (id != NULL && !put_named (self, account, names[i].named, id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_member (JsonObject          *person,
           const CsmAccountRow *account)
{
  return g_strcmp0 (csm_json_get_string (person, "kind"), "guest") == 0 && csm_json_has_key (person, "teamIds", account->partner_id);
}

static gboolean
drop_if_loose (Projection          *self,
               const CsmAccountRow *account,
               const char          *id,
               GError             **error)
{
  const CsmRecordType *type = csm_record_type_of_id (id);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) record = csm_desk_try (self->txn, type->id, id, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (type->id == CSM_TYPE_ID_PERSON && is_member (record, account))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gboolean refers = FALSE;

      if (names[i].named != type->id)
        continue;
      if (!csm_txn_refers (self->txn, account->account, csm_record_type_get (names[i].type), names[i].property, id, &refers, error))
        return FALSE;
      if (refers)
        return TRUE;
    }
  return put (self, account, type, id, NULL, error);
}

static gboolean
drop_loose (Projection  *self,
            GError     **error)
{
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (self->loose), (GCompareFunc) strcmp);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      char *rest = NULL;
      gint64 number = g_ascii_strtoll (l->data, &rest, 10);

      for (guint i = 0; i < self->accounts->len; i++)
        {
          const CsmAccountRow *account = g_ptr_array_index (self->accounts, i);

          if (account->account == number && !drop_if_loose (self, account, rest + 1, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* Who is named stays; who was a member is perhaps no longer. */
static gboolean
project_person (Projection          *self,
                const CsmAccountRow *account,
                const char          *id,
                JsonObject          *record,
                GError             **error)
{
  const CsmRecordType *type = csm_record_type_of_id (id);
  gboolean is_there = FALSE;

  if (!exists (self, account, type, id, &is_there, error))
    return FALSE;
  if (is_there)
    loosen (self, account, id);
  if (record == NULL || (!is_there && (type->id != CSM_TYPE_ID_PERSON || !is_member (record, account))))
    return TRUE;
  return put (self, account, type, id, csm_projection_view (type, record), error);
}

static gboolean
project_team (Projection          *self,
              const CsmAccountRow *account,
              const char          *id,
              JsonObject          *record,
              GError             **error)
{
  const CsmRecordType *type = csm_record_type_of_id (id);
  JsonObject *members = csm_json_get_object (record, "memberIds"), *guests = json_object_new (), *view;
  g_autoptr (GList) ids = members != NULL ? json_object_get_members (members) : NULL;

  if (record == NULL || !g_str_equal (id, account->partner_id))
    {
      json_object_unref (guests);
      return TRUE;
    }
  view = csm_projection_view (type, record);
  json_object_set_object_member (view, "memberIds", guests);
  for (GList *l = ids; l != NULL; l = l->next)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (JsonObject) person = csm_desk_try (self->txn, CSM_TYPE_ID_PERSON, l->data, &local);

      if (local != NULL || (is_member (person, account) && !put_named (self, account, CSM_TYPE_ID_PERSON, l->data, &local)))
        {
          json_object_unref (view);
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (is_member (person, account))
        json_object_set_boolean_member (guests, l->data, TRUE);
    }
  return put (self, account, type, id, view, error);
}

/* --- Cases and what is in them --------------------------------------------------------------------------------------------- */

static gboolean
project_content (Projection          *self,
                 const CsmAccountRow *account,
                 const char          *id,
                 JsonObject          *record,
                 GError             **error)
{
  const CsmRecordType *type = csm_record_type_of_id (id);
  g_autoptr (GError) local = NULL;
  JsonObject *case_ = find_case (self, csm_json_get_string (record, "caseId"), &local), *view;
  gboolean shown = type->id == CSM_TYPE_ID_SHARED_COMMENT
                   ? csm_projection_shows (case_, account->partner_id) && g_strcmp0 (csm_json_get_string (record, "partnerId"), account->partner_id) == 0
                   : csm_projection_shows_messages (case_, account->partner_id);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!shown)
    return put (self, account, type, id, NULL, error);
  view = csm_projection_view (type, record);
  if (put_all_named (self, account, type, view, error))
    return put (self, account, type, id, view, error);
  json_object_unref (view);
  return FALSE;
}

static gboolean
project_case (Projection          *self,
              const CsmAccountRow *account,
              const char          *id,
              JsonObject          *record,
              GError             **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);
  g_autoptr (JsonObject) view = NULL;
  g_autoptr (JsonObject) last = NULL;
  g_autoptr (GError) local = NULL;
  g_auto (CsmCaseSum) sum = { 0 };

  if (!csm_projection_shows (record, account->partner_id))
    return put (self, account, type, id, NULL, error);
  if (!csm_txn_case_sum (self->txn, account->account, id, csm_json_get_boolean (record, "hasAttachment"), &sum, error))
    return FALSE;
  view = csm_projection_view (type, record);
  if (csm_projection_shows_messages (record, account->partner_id))
    csm_json_set_string (view, "customerId", csm_json_get_string (record, "customerId"));
  if (sum.last_id != NULL)
    last = csm_txn_get (self->txn, account->account, csm_record_type_get (CSM_TYPE_ID_MESSAGE), sum.last_id, &local);
  if (local != NULL && !csm_desk_may_skip (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  csm_projection_sum_up (view, &sum, last);
  return put_all_named (self, account, type, view, error) && put (self, account, type, id, g_steal_pointer (&view), error);
}

static gboolean
project_one (Projection  *self,
             const char  *id,
             GError     **error)
{
  const CsmRecordType *type = csm_record_type_of_id (id);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) record = csm_desk_try (self->txn, type->id, id, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (guint i = 0; i < self->accounts->len; i++)
    {
      const CsmAccountRow *account = g_ptr_array_index (self->accounts, i);
      gboolean good;

      if (type->id == CSM_TYPE_ID_TEAM)
        good = project_team (self, account, id, record, error);
      else if (type->id == CSM_TYPE_ID_CASE)
        good = project_case (self, account, id, record, error);
      else if (type->id == CSM_TYPE_ID_CONVERSATION || type->id == CSM_TYPE_ID_MESSAGE || type->id == CSM_TYPE_ID_SHARED_COMMENT)
        good = project_content (self, account, id, record, error);
      else
        good = project_person (self, account, id, record, error);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

/* --- What is to be looked at --------------------------------------------------------------------------------------------------- */

/* Everything in a case that the workspace or an account has there. */
static gboolean
add_contents (Projection  *self,
              const char  *case_id,
              GHashTable  *todo,
              GError     **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      for (guint j = 0; j <= self->accounts->len; j++)
        {
          gint64 account = j == 0 ? CSM_ACCOUNT_WORKSPACE : ((CsmAccountRow *) g_ptr_array_index (self->accounts, j - 1))->account;
          g_autoptr (GPtrArray) ids = csm_txn_ids_where (self->txn, account, csm_record_type_get (contents[i]), "caseId", case_id, error);

          if (ids == NULL)
            return FALSE;
          for (guint k = 0; k < ids->len; k++)
            g_hash_table_add (todo, g_strdup (g_ptr_array_index (ids, k)));
        }
    }
  return TRUE;
}

static gboolean
has_account (Projection *self,
             const char *partner_id)
{
  for (guint i = 0; i < self->accounts->len; i++)
    {
      if (g_str_equal (((CsmAccountRow *) g_ptr_array_index (self->accounts, i))->partner_id, partner_id))
        return TRUE;
    }
  return FALSE;
}

/* The first case that is shared with a partner makes its account, with who they are. */
static gboolean
add_partners (Projection  *self,
              const char  *case_id,
              GHashTable  *todo,
              GError     **error)
{
  g_autoptr (GError) local = NULL;
  JsonObject *partners = csm_json_get_object (find_case (self, case_id, &local), "partners");
  g_autoptr (GList) ids = partners != NULL && self->findings == NULL ? json_object_get_members (partners) : NULL;

  for (GList *l = ids; l != NULL && local == NULL; l = l->next)
    {
      g_autoptr (JsonObject) team = !has_account (self, l->data) ? csm_desk_try (self->txn, CSM_TYPE_ID_TEAM, l->data, &local) : NULL;
      gboolean is_partner = g_strcmp0 (csm_json_get_string (team, "department"), "partner") == 0;
      CsmAccountRow *row = is_partner ? csm_txn_projection_of (self->txn, l->data, &local) : NULL;

      if (row == NULL)
        continue;
      g_ptr_array_add (self->accounts, row);
      g_hash_table_add (todo, g_strdup (l->data));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  return g_strcmp0 (*(const char * const *) a, *(const char * const *) b);
}

static gboolean
project_all (Projection  *self,
             GHashTable  *todo,
             GError     **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, todo);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_ptr_array_add (ids, id);
  g_ptr_array_sort (ids, compare_ids);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      for (guint j = 0; j < ids->len; j++)
        {
          const char *one = g_ptr_array_index (ids, j);

          if (*one == csm_record_type_get (order[i])->letter && !project_one (self, one, error))
            return FALSE;
        }
    }
  return drop_loose (self, error);
}

/* @todo: ids of what was written, and a #CsmDirty each; gets more. */
static gboolean
run (Projection  *self,
     GHashTable  *todo,
     GError     **error)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer id, flags;

  self->accounts = csm_txn_projections (self->txn, error);
  if (self->accounts == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, todo);
  while (g_hash_table_iter_next (&iter, &id, &flags))
    {
      if (GPOINTER_TO_UINT (flags) & CSM_DIRTY_WHOLE)
        g_ptr_array_add (cases, g_strdup (id));
    }
  g_ptr_array_sort (cases, compare_ids);
  for (guint i = 0; i < cases->len; i++)
    {
      if (!add_partners (self, g_ptr_array_index (cases, i), todo, error))
        return FALSE;
    }
  for (guint i = 0; i < cases->len; i++)
    {
      if (!add_contents (self, g_ptr_array_index (cases, i), todo, error))
        return FALSE;
    }
  return self->accounts->len == 0 || project_all (self, todo, error);
}

/**
 * csm_projection_run:
 * @txn: a write transaction
 * @error: return location
 *
 * What follows each write into the accounts of partners: see csm_store_set_projector().
 *
 * Returns: whether it worked
 */
gboolean
csm_projection_run (CsmTxn  *txn,
                    GError **error)
{
  g_autoptr (GHashTable) dirty = csm_txn_take_dirty (txn);
  g_auto (Projection) self = { 0 };

  projection_init (&self, txn, NULL);
  return run (&self, dirty, error);
}

/**
 * csm_projection_attach:
 * @store: a store that was just opened
 *
 * Has the store keep what partners see up to date.
 */
void
csm_projection_attach (CsmStore *store)
{
  csm_store_set_projector (store, csm_projection_run);
}

/* --- Checks ------------------------------------------------------------------------------------------------------------------------- */

static gboolean
add_id (const char *id,
        const char *json,
        gpointer    user_data)
{
  guint flags = csm_record_type_of_id (id)->id == CSM_TYPE_ID_CASE ? CSM_DIRTY_WRITTEN | CSM_DIRTY_WHOLE : CSM_DIRTY_WRITTEN;

  g_hash_table_replace (user_data, g_strdup (id), GUINT_TO_POINTER (flags));
  return TRUE;
}

/**
 * csm_projection_check:
 * @txn: a transaction; one that writes to repair
 * @repair: whether to mend what is found
 * @findings: (element-type utf8): gets a line for each finding, without customers' text
 * @error: return location
 *
 * Makes again what partners see, and holds what they have against it.
 *
 * Returns: whether it worked
 */
gboolean
csm_projection_check (CsmTxn     *txn,
                      gboolean    repair,
                      GPtrArray  *findings,
                      GError    **error)
{
  g_autoptr (GPtrArray) shared = csm_txn_shared_cases (txn, error);
  g_autoptr (GPtrArray) accounts = shared != NULL ? csm_txn_projections (txn, error) : NULL;
  g_autoptr (GHashTable) todo = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (Projection) self = { 0 };
  guint before = findings->len;

  projection_init (&self, txn, findings);
  if (accounts == NULL)
    return FALSE;
  for (guint i = 0; i < accounts->len; i++)
    {
      const CsmAccountRow *account = g_ptr_array_index (accounts, i);

      g_hash_table_add (todo, g_strdup (account->partner_id));
      for (guint j = 0; j < G_N_ELEMENTS (order); j++)
        {
          if (!csm_txn_each (txn, account->account, csm_record_type_get (order[j]), G_MAXINT32, add_id, todo, error))
            return FALSE;
        }
    }
  for (guint i = 0; i < shared->len; i++)
    add_id (g_ptr_array_index (shared, i), NULL, todo);
  if (!run (&self, todo, error))
    return FALSE;
  if (!repair || findings->len == before)
    return TRUE;
  projection_clear (&self);
  projection_init (&self, txn, NULL);
  return run (&self, todo, error);
}
