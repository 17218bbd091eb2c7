/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mailbox-grant-row.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-mailbox-words.h"
#include "csm-preferences-undo.h"

struct _CsmMailboxGrantRow
{
  AdwExpanderRow  parent_instance;
  AdwActionRow   *help_row;
  GtkEditable    *client_row;
  GtkEditable    *secret_row;
  GtkEditable    *authorization_row;
  GtkEditable    *token_row;
  GtkEditable    *scope_row;
  AdwActionRow   *state_row;
  char           *redirect_host; /* NULL: an address will do */
  JsonObject     *tokens;        /* that somebody signed in for just now; NULL: nobody has */
  gboolean        is_stored;     /* the server has some, for what the rows say */
  gboolean        setting;       /* not by a person */
};

enum { EDITED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmMailboxGrantRow, csm_mailbox_grant_row, ADW_TYPE_EXPANDER_ROW)

static char *
entered (GtkEditable *editable)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (editable)));
}

static void
update (CsmMailboxGrantRow *self)
{
  const char *text = _("Nobody has signed in yet");

  if (self->tokens != NULL)
    text = _("Signed in");
  else if (self->is_stored)
    text = _("Signed in; once more only if it does not work any longer");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->state_row), text);
}

/* What was allowed to one client is not allowed to another. */
static void
changed_cb (CsmMailboxGrantRow *self)
{
  if (self->setting)
    return;
  g_clear_pointer (&self->tokens, json_object_unref);
  self->is_stored = FALSE;
  update (self);
  g_signal_emit (self, signals[EDITED], 0);
}

static void
switched_cb (CsmMailboxGrantRow *self)
{
  if (!self->setting)
    g_signal_emit (self, signals[EDITED], 0);
}

static void
csm_mailbox_grant_row_dispose (GObject *object)
{
  CsmMailboxGrantRow *self = CSM_MAILBOX_GRANT_ROW (object);

  /* The rows go with the expander; what they say meanwhile is nobody's edit. */
  self->setting = TRUE;
  g_clear_pointer (&self->tokens, json_object_unref);
  g_clear_pointer (&self->redirect_host, g_free);
  G_OBJECT_CLASS (csm_mailbox_grant_row_parent_class)->dispose (object);
}

static void
csm_mailbox_grant_row_class_init (CsmMailboxGrantRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_mailbox_grant_row_dispose;
  signals[EDITED] = g_signal_new ("edited", CSM_TYPE_MAILBOX_GRANT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-mailbox-grant-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxGrantRow, help_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxGrantRow, client_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxGrantRow, secret_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxGrantRow, authorization_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxGrantRow, token_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxGrantRow, scope_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxGrantRow, state_row);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, switched_cb);
}

static void
csm_mailbox_grant_row_init (CsmMailboxGrantRow *self)
{
  self->setting = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  csm_preferences_name_switch (ADW_EXPANDER_ROW (self), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)));
  self->setting = FALSE;
  update (self);
}

static void
fill (GtkEditable *row,
      JsonObject  *terms,
      const char  *member)
{
  const char *text = terms != NULL ? csm_json_get_string (terms, member) : NULL;

  gtk_editable_set_text (row, text != NULL ? text : "");
}

/**
 * csm_mailbox_grant_row_set:
 * @self: a row
 * @terms: (nullable): {authorizationUrl, tokenUrl, scope, redirectHost, registerUrl, clientId}: what is known of the provider, or is stored
 * @is_stored: whether the server has the permission already
 *
 * Fills the fields in, and forgets what was allowed just now. The client's name stays where the provider does.
 */
void
csm_mailbox_grant_row_set (CsmMailboxGrantRow *self,
                           JsonObject         *terms,
                           gboolean            is_stored)
{
  const char *url = terms != NULL ? csm_json_get_string (terms, "tokenUrl") : NULL;
  const char *where = terms != NULL ? csm_json_get_string (terms, "registerUrl") : NULL;
  g_autofree char *before = entered (self->token_row);
  g_autofree char *markup = where != NULL ? csm_mailbox_mark_links (where) : NULL;
  gboolean is_known = url != NULL && !is_stored;

  g_return_if_fail (CSM_IS_MAILBOX_GRANT_ROW (self));
  if (g_strcmp0 (before, url) == 0 && self->tokens != NULL)
    return;
  self->setting = TRUE;
  if (is_stored || g_strcmp0 (before, url) != 0)
    {
      fill (self->client_row, terms, "clientId");
      gtk_editable_set_text (self->secret_row, "");
    }
  fill (self->authorization_row, terms, "authorizationUrl");
  fill (self->token_row, terms, "tokenUrl");
  fill (self->scope_row, terms, "scope");
  gtk_widget_set_visible (GTK_WIDGET (self->authorization_row), !is_known);
  gtk_widget_set_visible (GTK_WIDGET (self->token_row), !is_known);
  gtk_widget_set_visible (GTK_WIDGET (self->scope_row), !is_known);
  adw_action_row_set_subtitle (self->help_row, markup != NULL ? markup : "");
  self->setting = FALSE;
  g_free (self->redirect_host);
  self->redirect_host = g_strdup (terms != NULL ? csm_json_get_string (terms, "redirectHost") : NULL);
  g_clear_pointer (&self->tokens, json_object_unref);
  self->is_stored = is_stored;
  update (self);
}

/* @wanted: whether the browser takes a password's place */
void
csm_mailbox_grant_row_set_wanted (CsmMailboxGrantRow *self,
                                  gboolean            wanted)
{
  g_return_if_fail (CSM_IS_MAILBOX_GRANT_ROW (self));
  self->setting = TRUE;
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), wanted);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), wanted);
  self->setting = FALSE;
}

/* Returns: whether the browser takes a password's place */
gboolean
csm_mailbox_grant_row_is_wanted (CsmMailboxGrantRow *self)
{
  return adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (self));
}

/* Returns: whether there is enough to sign in with */
gboolean
csm_mailbox_grant_row_can_ask (CsmMailboxGrantRow *self)
{
  g_autofree char *client = entered (self->client_row);
  g_autofree char *authorization = entered (self->authorization_row);
  g_autofree char *token = entered (self->token_row);

  return csm_mailbox_grant_row_is_wanted (self) && client[0] != '\0' && authorization[0] != '\0' && token[0] != '\0';
}

/* Returns: whether somebody has signed in */
gboolean
csm_mailbox_grant_row_is_granted (CsmMailboxGrantRow *self)
{
  return csm_mailbox_grant_row_is_wanted (self) && (self->tokens != NULL || self->is_stored);
}

/**
 * csm_mailbox_grant_row_get:
 * @self: a row
 *
 * Returns: (transfer full) (nullable): {authorizationUrl, tokenUrl, clientId, clientSecret, scope, redirectHost} and the tokens, if somebody
 *   signed in just now; %NULL: a password is wanted
 */
JsonObject *
csm_mailbox_grant_row_get (CsmMailboxGrantRow *self)
{
  GtkEditable *const rows[] = { self->authorization_row, self->token_row, self->client_row, self->secret_row, self->scope_row };
  static const char *const members[] = { "authorizationUrl", "tokenUrl", "clientId", "clientSecret", "scope" };
  JsonObject *grant;

  if (!csm_mailbox_grant_row_is_wanted (self))
    return NULL;
  grant = self->tokens != NULL ? csm_json_copy_object (self->tokens) : json_object_new ();
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = entered (rows[i]);

      if (text[0] != '\0')
        json_object_set_string_member (grant, members[i], text);
    }
  if (self->redirect_host != NULL)
    json_object_set_string_member (grant, "redirectHost", self->redirect_host);
  return grant;
}

/* @tokens: what was allowed */
void
csm_mailbox_grant_row_take (CsmMailboxGrantRow *self,
                            JsonObject         *tokens)
{
  g_clear_pointer (&self->tokens, json_object_unref);
  self->tokens = csm_json_copy_object (tokens);
  update (self);
}
