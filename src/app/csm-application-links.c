/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-application-private.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-message-jump.h"

/* Where links lead to, and what is said of those that lead nowhere. What is not here yet may be on its way. */

static void follow (CsmApplication *self);

static void
forget (CsmApplication *self)
{
  g_clear_pointer (&self->link, csm_link_free);
  csm_application_leave_link (self);
}

static void
say (CsmApplication *self,
     const char     *text)
{
  g_application_activate (G_APPLICATION (self));
  if (self->workbench != NULL)
    csm_workbench_say (self->workbench, text);
  else if (self->starter == NULL)
    csm_application_show_first_run (self, text);
}

static const char *
say_missing (CsmLinkKind kind)
{
  switch (kind)
    {
    case CSM_LINK_TO_MESSAGE:
      return _("This message is not here. Ask whoever sent the link to invite you to its case.");
    case CSM_LINK_TO_NOTE:
      return _("This note is not here. Ask whoever sent the link to invite you to its case.");
    case CSM_LINK_TO_CUSTOMER:
      return _("No case of this customer is here. Ask whoever sent the link to invite you to one.");
    case CSM_LINK_TO_CASE:
    case CSM_LINK_TO_SEARCH:
    default:
      return _("This case is not here. Ask whoever sent the link to invite you to it.");
    }
}

/* What is not here is looked for again as long as something comes. */
static void
miss (CsmApplication *self)
{
  CsmAccount *account = csm_workbench_get_account (self->workbench);
  CsmAccountState state = csm_account_get_state (account);

  if (state == CSM_ACCOUNT_SYNCED)
    {
      say (self, say_missing (self->link->kind));
      forget (self);
    }
  else if (state == CSM_ACCOUNT_SIGNED_OUT)
    {
      say (self, _("What this link leads to is not on this computer. Sign in, then follow it again."));
      forget (self);
    }
  else if (!self->link_waits)
    {
      self->link_waits = TRUE;
      g_signal_connect_object (account, "notify::state", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (csm_workbench_get_cache (self->workbench), "changed", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
      say (self, _("What this link leads to is not on this computer yet. It opens when it has come."));
    }
}

static void
show_customer_cb (CsmApplication *self)
{
  if (self->window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.show-customer", NULL);
}

static void
arrive (CsmApplication *self,
        const char     *case_id,
        CsmLinkKind     kind)
{
  g_autofree char *copy = g_strdup (case_id);
  g_autofree char *part = g_strdup (self->link->target);

  forget (self);
  g_application_activate (G_APPLICATION (self));
  if (kind == CSM_LINK_TO_MESSAGE)
    csm_message_jump (GTK_WIDGET (self->window), self->workbench, copy, part);
  else if (kind == CSM_LINK_TO_NOTE)
    csm_note_jump (GTK_WIDGET (self->window), self->workbench, copy, part);
  else
    csm_workbench_show_case (self->workbench, copy);
  if (kind == CSM_LINK_TO_CUSTOMER)
    show_customer_cb (self);
}

/* Whether @workbench is still asked for what the link leads to; another link may have been followed since. */
typedef struct
{
  CsmApplication *self;
  CsmWorkbench   *workbench;
  guint           serial;
} Asking;

static Asking *
ask (CsmApplication *self)
{
  Asking *asking = g_new0 (Asking, 1);

  asking->self = g_object_ref (self);
  asking->workbench = g_object_ref (self->workbench);
  asking->serial = self->link_serial;
  return asking;
}

static gboolean
is_asked (Asking *asking)
{
  return asking->self->workbench == asking->workbench && asking->self->link != NULL && asking->self->link_serial == asking->serial;
}

static void
asking_free (Asking *asking)
{
  g_object_unref (asking->self);
  g_object_unref (asking->workbench);
  g_free (asking);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

static void
record_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (Asking) asking = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = csm_cache_load_record_finish (CSM_CACHE (source), result, &error);

  if (!is_asked (asking))
    return;
  if (record == NULL)
    miss (asking->self);
  else
    arrive (asking->self, csm_json_get_string (record, asking->self->link->kind == CSM_LINK_TO_CASE ? "id" : "caseId"), asking->self->link->kind);
}

static void
customer_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (Asking) asking = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = csm_cache_find_customers_finish (CSM_CACHE (source), result, &error);
  const CsmCustomerHit *hit = hits != NULL && hits->len > 0 ? hits->pdata[0] : NULL;

  if (!is_asked (asking))
    return;
  if (hit == NULL || hit->case_id == NULL)
    miss (asking->self);
  else
    arrive (asking->self, hit->case_id, asking->self->link->kind);
}

static void
follow (CsmApplication *self)
{
  CsmCache *cache = self->workbench != NULL ? csm_workbench_get_cache (self->workbench) : NULL;

  if (cache == NULL || self->link == NULL)
    return;
  switch (self->link->kind)
    {
    case CSM_LINK_TO_SEARCH:
      g_application_activate (G_APPLICATION (self));
      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.search-for", "s", self->link->target);
      forget (self);
      break;
    case CSM_LINK_TO_CUSTOMER:
      csm_cache_find_customer_async (cache, self->link->target, NULL, customer_cb, ask (self));
      break;
    case CSM_LINK_TO_CASE:
    case CSM_LINK_TO_MESSAGE:
    case CSM_LINK_TO_NOTE:
    default:
      csm_cache_load_record_async (cache, csm_record_type_of_id (self->link->target)->id, self->link->target,
                                   NULL, record_cb, ask (self));
    }
}

/* Goes where @link leads to; without an account as soon as there is one. Takes (transfer full) @link. */
void
csm_application_follow_link (CsmApplication *self,
                             CsmLink        *link)
{
  forget (self);
  self->link = link;
  self->link_serial++;
  if (self->workbench == NULL && self->starter == NULL)
    say (self, _("Open the workspace that the link is from first: it is followed then."));
  csm_application_resume_link (self);
}

/* An account is open: there a link may lead to something. */
void
csm_application_resume_link (CsmApplication *self)
{
  self->link_waits = FALSE;
  follow (self);
}

/**
 * csm_application_open_link:
 * @self: the application
 * @uri: what was clicked somewhere
 *
 * Shows what the link leads to, or says why not and what to do next.
 */
void
csm_application_open_link (CsmApplication *self,
                           const char     *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmLink) link = csm_link_parse (uri, &error);

  /* Before anything is shown: the first thing to be said is what became of the link. */
  g_application_activate (G_APPLICATION (self));
  if (link == NULL)
    {
      say (self, error->message);
      return;
    }
  csm_application_follow_link (self, g_steal_pointer (&link));
}

/* The account goes, and what was waited for with it; a link that is still to be followed stays. */
void
csm_application_leave_link (CsmApplication *self)
{
  if (self->workbench == NULL)
    return;
  g_signal_handlers_disconnect_by_func (csm_workbench_get_account (self->workbench), follow, self);
  if (csm_workbench_get_cache (self->workbench) != NULL)
    g_signal_handlers_disconnect_by_func (csm_workbench_get_cache (self->workbench), follow, self);
}

/* The person went elsewhere: nothing opens by itself any more. */
void
csm_application_drop_link (CsmApplication *self)
{
  if (self->link_waits)
    forget (self);
}
