/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-claim-notice.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-review-words.h"
#include "csm-time.h"

/* What was done longer ago was done offline: the list of changes tells of it, all at once. */
#define JUST_NOW (2 * 60 * CSM_SECOND)

struct _CsmClaimNotice
{
  GHashTable *told; /* set of op ids */
};

CsmClaimNotice *
csm_claim_notice_new (void)
{
  CsmClaimNotice *self = g_new0 (CsmClaimNotice, 1);

  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
csm_claim_notice_free (CsmClaimNotice *self)
{
  g_hash_table_unref (self->told);
  g_free (self);
}

static const CsmConflictValue *
find_owner (const CsmOperation *op)
{
  if (op->type != CSM_TYPE_ID_CASE || !csm_review_was_overtaken (op))
    return NULL;
  for (guint i = 0; i < op->conflicts->len; i++)
    {
      const CsmConflictValue *value = op->conflicts->pdata[i];

      if (g_str_equal (value->property, "ownerId"))
        return value;
    }
  return NULL;
}

static const char *
get_person (JsonNode *node)
{
  return csm_json_is_string (node) ? json_node_get_string (node) : NULL;
}

/**
 * csm_claim_notice_say:
 * @workbench: whose directory has the names
 * @op: an operation
 *
 * Returns: (transfer full) (nullable): who has the case that @op was to give to somebody; %NULL when it isn't about that
 */
char *
csm_claim_notice_say (CsmWorkbench       *workbench,
                      const CsmOperation *op)
{
  const CsmConflictValue *owner = find_owner (op);
  const char *their_id = owner != NULL ? get_person (owner->theirs) : NULL;
  const char *my_id = csm_workbench_get_my_id (workbench);
  const char *name = csm_workbench_get_name (workbench, their_id);

  if (their_id == NULL || g_strcmp0 (their_id, my_id) == 0)
    return NULL;
  if (name == NULL)
    name = _("Somebody else");
  if (g_strcmp0 (get_person (owner->mine), my_id) == 0)
    return g_strdup_printf (_("%s took this case before you"), name);
  return g_strdup_printf (_("%s has this case by now"), name);
}

/**
 * csm_claim_notice_look:
 * @self: a notice
 * @workbench: the window's workbench
 * @ops: (element-type CsmOperation): what waits
 *
 * Says each once.
 */
void
csm_claim_notice_look (CsmClaimNotice *self,
                       CsmWorkbench   *workbench,
                       GPtrArray      *ops)
{
  for (guint i = 0; i < ops->len; i++)
    {
      const CsmOperation *op = ops->pdata[i];
      g_autofree char *words = NULL;

      if (find_owner (op) == NULL || !g_hash_table_add (self->told, g_strdup (op->op_id)) || csm_time_now () - op->created > JUST_NOW)
        continue;
      words = csm_claim_notice_say (workbench, op);
      if (words != NULL)
        csm_workbench_say (workbench, words);
    }
}
