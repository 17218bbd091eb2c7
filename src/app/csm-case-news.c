/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-news.h"

#include <glib/gi18n.h>

#include "csm-delivery-words.h"
#include "csm-json.h"
#include "csm-later-line.h"
#include "csm-message-text.h"
#include "csm-sending.h"
#include "csm-time.h"

struct _CsmCaseNews
{
  GObject       parent_instance;
  CsmWorkbench *workbench;  /* weak */
  char         *case_id;
  GHashTable   *known;      /* id → what was said of it last; NULL: the case was not read yet */
  gint64        oldest;     /* µs: what is older is read from the past */
  char         *text;
  char         *said;
  gpointer      toast;      /* that said it; not owned */
};

enum { PROP_0, PROP_TEXT, PROP_SAID, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmCaseNews, csm_case_news, G_TYPE_OBJECT)

/* --- words ----------------------------------------------------------------------------------------------------- */

/* Coarser than what stands in its row, where seconds are counted. */
static char *
say_submission (CsmWorkbench           *workbench,
                const CsmTimelineEntry *entry)
{
  CsmAccountState state = csm_account_get_state (csm_workbench_get_account (workbench));

  if (entry->problem != NULL)
    return csm_sending_problem (workbench, entry);
  if (g_strcmp0 (csm_json_get_string (entry->record, "undoStatus"), "canceled") == 0)
    return g_strdup (_("Called back"));
  if (csm_later_is (entry->record))
    return g_strdup ("");
  if (entry->waits && state != CSM_ACCOUNT_SYNCED && state != CSM_ACCOUNT_SYNCING)
    return g_strdup (_("Waits for the network"));
  return g_strdup (_("Sending…"));
}

/* Returns: (transfer full): how it stands; empty: there is nothing to say of it but that it came */
static char *
say_state (CsmWorkbench           *workbench,
           const CsmTimelineEntry *entry)
{
  const char *icon;
  char *state = NULL;

  if (entry->kind == CSM_ENTRY_SUBMISSION)
    return say_submission (workbench, entry);
  if (g_strcmp0 (csm_json_get_string (entry->record, "direction"), "out") == 0)
    state = csm_delivery_state (entry->record, &icon);
  return state != NULL ? state : g_strdup ("");
}

static char *
say_message (const CsmTimelineEntry *entry)
{
  g_autofree char *from = csm_message_text_people (csm_json_get_array (entry->record, "from"), FALSE);

  return g_strdup_printf (_("New message from %s"), from[0] != '\0' ? from : _("Unknown sender"));
}

/* --- what is new ----------------------------------------------------------------------------------------------- */

typedef struct
{
  GHashTable *known;
  char       *text;     /* of the newest thing */
  guint       messages;
  gint64      oldest;
} News;

static void
add_news (News *news,
          char *text)
{
  g_free (news->text);
  news->text = text;
}

/* Returns: whether it came since the case was opened, also when it is dated before what came since; but older pages did not. */
static gboolean
is_news (CsmCaseNews            *self,
         const CsmTimelineEntry *entry,
         const char             *id)
{
  return self->known != NULL && !g_hash_table_contains (self->known, id) && entry->at > self->oldest;
}

static void
look_at_entry (CsmCaseNews            *self,
               const CsmTimelineEntry *entry,
               News                   *news)
{
  const char *id = csm_json_get_string (entry->record, "id");
  g_autofree char *state = NULL;
  const char *before;

  news->oldest = MIN (news->oldest, entry->at);
  if (entry->kind == CSM_ENTRY_EVENT || id == NULL)
    return;
  state = say_state (self->workbench, entry);
  before = self->known != NULL ? g_hash_table_lookup (self->known, id) : NULL;
  if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "direction"), "in") == 0 && is_news (self, entry, id))
    {
      add_news (news, say_message (entry));
      news->messages++;
    }
  else if (state[0] != '\0' && ((before != NULL && !g_str_equal (before, state)) || is_news (self, entry, id)))
    {
      /* Translators: how a reply stands: "Reply: sent" */
      add_news (news, g_strdup_printf (_("Reply: %s"), state));
    }
  g_hash_table_insert (news->known, g_strdup (id), g_steal_pointer (&state));
}

/* All of them are read each time. */
static void
look_at_note (CsmCaseNews            *self,
              const CsmTimelineEntry *entry,
              News                   *news)
{
  const char *id = csm_json_get_string (entry->record, "id");
  const char *author = csm_json_get_string (entry->record, "authorId");
  const char *name = csm_workbench_get_name (self->workbench, author);

  if (id == NULL)
    return;
  if (self->known != NULL && !g_hash_table_contains (self->known, id) && g_strcmp0 (author, csm_workbench_get_my_id (self->workbench)) != 0)
    add_news (news, g_strdup_printf (_("New note from %s"), name != NULL ? name : _("A colleague")));
  g_hash_table_insert (news->known, g_strdup (id), g_strdup (""));
}

static void
set_text (CsmCaseNews *self,
          char        *text)
{
  g_free (self->text);
  self->text = text;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXT]);
}

static void
forget (CsmCaseNews *self,
        const char  *case_id)
{
  g_free (self->case_id);
  self->case_id = g_strdup (case_id);
  g_clear_pointer (&self->known, g_hash_table_unref);
  self->oldest = G_MAXINT64;
  if (self->text != NULL)
    set_text (self, NULL);
}

static void
detail_cb (CsmCaseNews *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  const char *case_id = csm_workbench_get_case_id (self->workbench);
  News news = { NULL };

  if (g_strcmp0 (self->case_id, case_id) != 0)
    forget (self, case_id);
  if (detail == NULL || detail->record == NULL)
    return;
  news.oldest = self->oldest;
  news.known = self->known != NULL ? g_hash_table_ref (self->known) : g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; detail->comments != NULL && i < detail->comments->len; i++)
    look_at_note (self, detail->comments->pdata[i], &news);
  for (guint i = 0; i < detail->timeline->len; i++)
    look_at_entry (self, detail->timeline->pdata[i], &news);
  g_clear_pointer (&self->known, g_hash_table_unref);
  self->known = news.known;
  self->oldest = news.oldest;
  if (news.messages > 1)
    add_news (&news, g_strdup_printf (ngettext ("%u new message", "%u new messages", news.messages), news.messages));
  if (news.text != NULL)
    set_text (self, news.text);
}

/* Who reads the line later is not told of what was said long ago. */
static void
dismissed_cb (CsmCaseNews *self,
              AdwToast    *toast)
{
  if (self->toast != toast)
    return;
  self->toast = NULL;
  g_clear_pointer (&self->said, g_free);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SAID]);
}

static void
toast_cb (CsmCaseNews *self,
          AdwToast    *toast)
{
  g_autofree char *text = NULL;

  if (!pango_parse_markup (adw_toast_get_title (toast), -1, 0, NULL, &text, NULL, NULL))
    return;
  g_free (self->said);
  self->said = g_steal_pointer (&text);
  self->toast = toast;
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), self, G_CONNECT_SWAPPED);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SAID]);
}

/* --- GObject --------------------------------------------------------------------------------------------------- */

static void
csm_case_news_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  CsmCaseNews *self = CSM_CASE_NEWS (object);

  switch (id)
    {
    case PROP_TEXT: g_value_set_string (value, self->text); break;
    case PROP_SAID: g_value_set_string (value, self->said); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_case_news_finalize (GObject *object)
{
  CsmCaseNews *self = CSM_CASE_NEWS (object);

  g_clear_weak_pointer (&self->workbench);
  g_clear_pointer (&self->known, g_hash_table_unref);
  g_free (self->case_id);
  g_free (self->text);
  g_free (self->said);
  G_OBJECT_CLASS (csm_case_news_parent_class)->finalize (object);
}

static void
csm_case_news_class_init (CsmCaseNewsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = csm_case_news_get_property;
  object_class->finalize = csm_case_news_finalize;
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_SAID] = g_param_spec_string ("said", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_case_news_init (CsmCaseNews *self)
{
  self->oldest = G_MAXINT64;
}

/* Returns: (transfer none): the news of its window; as long as it lives */
CsmCaseNews *
csm_case_news_of (CsmWorkbench *workbench)
{
  CsmCaseNews *self = g_object_get_data (G_OBJECT (workbench), "csm-case-news");

  if (self != NULL)
    return self;
  self = g_object_new (CSM_TYPE_CASE_NEWS, NULL);
  g_set_weak_pointer (&self->workbench, workbench);
  g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::detail", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "toast", G_CALLBACK (toast_cb), self, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (workbench), "csm-case-news", self, g_object_unref);
  detail_cb (self);
  return self;
}

const char *
csm_case_news_get_text (CsmCaseNews *self)
{
  return self->text;
}

const char *
csm_case_news_get_said (CsmCaseNews *self)
{
  return self->said;
}
