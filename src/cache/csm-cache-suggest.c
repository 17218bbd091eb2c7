/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-cache"
#include "config.h"
#include "csm-cache-private.h"

/* What may help in a case: by evidence that is on this computer. */

static void
pointers_free (gpointer array)
{
  g_ptr_array_unref (array);
}

typedef struct
{
  char *case_id;
  char *typed;
} Asked;

static Asked *
asked_new (const char *case_id,
           const char *typed)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->case_id = g_strdup (case_id);
  asked->typed = g_strdup (typed);
  return asked;
}

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_free (asked->case_id);
  g_free (asked->typed);
  g_free (asked);
}

static gpointer
suggest_people (CsmDbConn     *conn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) csm_person_hint_free);
}

void
csm_cache_suggest_people_async (CsmCache            *self,
                                const char          *case_id,
                                GCancellable        *c,
                                GAsyncReadyCallback  cb,
                                gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, suggest_people, asked_new (case_id, NULL), asked_free, pointers_free,
                      csm_cache_suggest_people_async, c, cb, data);
}

GPtrArray *
csm_cache_suggest_people_finish (CsmCache      *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_suggest_people_async, error);
}

static gpointer
suggest_templates (CsmDbConn     *conn,
                   gpointer       input,
                   GCancellable  *cancellable,
                   GError       **error)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) csm_template_hint_free);
}

void
csm_cache_suggest_templates_async (CsmCache            *self,
                                   const char          *case_id,
                                   GCancellable        *c,
                                   GAsyncReadyCallback  cb,
                                   gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, suggest_templates, asked_new (case_id, NULL), asked_free, pointers_free,
                      csm_cache_suggest_templates_async, c, cb, data);
}

GPtrArray *
csm_cache_suggest_templates_finish (CsmCache      *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_suggest_templates_async, error);
}

static gpointer
suggest_texts (CsmDbConn     *conn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) csm_text_hint_free);
}

void
csm_cache_suggest_texts_async (CsmCache            *self,
                               const char          *case_id,
                               const char          *typed,
                               GCancellable        *c,
                               GAsyncReadyCallback  cb,
                               gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, suggest_texts, asked_new (case_id, typed), asked_free, pointers_free,
                      csm_cache_suggest_texts_async, c, cb, data);
}

GPtrArray *
csm_cache_suggest_texts_finish (CsmCache      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_suggest_texts_async, error);
}
