/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-sign-in-page.h"

#include <glib/gi18n.h>

struct _CsmSignInPage
{
  AdwBin          parent_instance;
  GtkLabel       *heading;
  GtkLabel       *reason;
  GtkWidget      *group;
  GtkEditable    *server_row;
  GtkEditable    *email_row;
  GtkEditable    *password_row;
  AdwExpanderRow *invitation_row;
  GtkEditable    *code_row;
  GtkLabel       *problem_label;
  GtkSpinner     *spinner;
  GtkLabel       *button_label;
  gboolean        busy;
  gboolean        left_keyboard; /* the keyboard was in the rows when it became busy */
};

enum { SIGN_IN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmSignInPage, csm_sign_in_page, ADW_TYPE_BIN)

static gboolean
is_empty (GtkEditable *editable)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (editable)));

  return text[0] == '\0';
}

static gboolean
is_invited (CsmSignInPage *self)
{
  return adw_expander_row_get_expanded (self->invitation_row);
}

static GtkEditable *
first_empty (CsmSignInPage *self)
{
  if (is_empty (self->server_row))
    return self->server_row;
  if (is_empty (self->email_row))
    return self->email_row;
  if (is_invited (self) && is_empty (self->code_row))
    return self->code_row;
  /* A password may be made of blanks. */
  return gtk_editable_get_text (self->password_row)[0] == '\0' ? self->password_row : NULL;
}

static void
update (CsmSignInPage *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sign-in.sign-in", !self->busy && first_empty (self) == NULL);
  gtk_widget_set_sensitive (self->group, !self->busy);
}

static void
changed_cb (CsmSignInPage *self)
{
  csm_sign_in_page_set_problem (self, NULL);
  update (self);
}

static void
invited_cb (CsmSignInPage *self)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password_row), is_invited (self) ? _("Choose a Password") : _("Password"));
  if (!self->busy)
    gtk_label_set_text (self->button_label, is_invited (self) ? _("Join") : _("Sign In"));
  changed_cb (self);
}

/* Enter goes to what is still missing, else signs in. */
static void
next_cb (CsmSignInPage *self)
{
  GtkEditable *missing = first_empty (self);

  if (missing != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (missing));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "sign-in.sign-in", NULL);
}

static void
sign_in_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmSignInPage *self = CSM_SIGN_IN_PAGE (widget);
  g_autofree char *server = g_strstrip (g_strdup (gtk_editable_get_text (self->server_row)));
  g_autofree char *email = g_strstrip (g_strdup (gtk_editable_get_text (self->email_row)));

  g_autofree char *code = is_invited (self) ? g_strstrip (g_strdup (gtk_editable_get_text (self->code_row))) : NULL;

  csm_sign_in_page_set_problem (self, NULL);
  g_signal_emit (self, signals[SIGN_IN], 0, server, email, gtk_editable_get_text (self->password_row), code);
}

static void
csm_sign_in_page_dispose (GObject *object)
{
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_SIGN_IN_PAGE);
  G_OBJECT_CLASS (csm_sign_in_page_parent_class)->dispose (object);
}

static void
csm_sign_in_page_class_init (CsmSignInPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_sign_in_page_dispose;
  signals[SIGN_IN] = g_signal_new ("sign-in", CSM_TYPE_SIGN_IN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, heading);
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, reason);
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, group);
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, server_row);
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, email_row);
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, invitation_row);
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, code_row);
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, problem_label);
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmSignInPage, button_label);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, invited_cb);
  gtk_widget_class_install_action (widget_class, "sign-in.sign-in", NULL, sign_in_action);
}

static void
csm_sign_in_page_init (CsmSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

GtkWidget *
csm_sign_in_page_new (void)
{
  return g_object_new (CSM_TYPE_SIGN_IN_PAGE, NULL);
}

void
csm_sign_in_page_set_server (CsmSignInPage *self,
                             const char    *server)
{
  g_return_if_fail (CSM_IS_SIGN_IN_PAGE (self));
  gtk_editable_set_text (self->server_row, server != NULL ? server : "");
}

void
csm_sign_in_page_set_email (CsmSignInPage *self,
                            const char    *email)
{
  g_return_if_fail (CSM_IS_SIGN_IN_PAGE (self));
  gtk_editable_set_text (self->email_row, email != NULL ? email : "");
}

/* Who was signed in before is asked again: says so, and why. */
void
csm_sign_in_page_set_reason (CsmSignInPage *self,
                             const char    *reason)
{
  g_return_if_fail (CSM_IS_SIGN_IN_PAGE (self) && reason != NULL);
  gtk_label_set_text (self->heading, _("Sign In Again"));
  gtk_label_set_text (self->reason, reason);
  gtk_widget_set_visible (GTK_WIDGET (self->reason), TRUE);
}

/*
 * The keyboard leaves the rows before nothing can be typed there: an entry that is made insensitive, or goes, while it
 * has the focus goes on blinking, and GTK warns of that.
 */
static void
lead_keyboard (CsmSignInPage *self,
               gboolean       busy)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (busy && focus != NULL && gtk_widget_is_ancestor (focus, self->group))
    {
      self->left_keyboard = TRUE;
      gtk_root_set_focus (root, NULL);
    }
  else if (!busy && self->left_keyboard)
    {
      self->left_keyboard = FALSE;
      if (focus == NULL)
        csm_sign_in_page_start (self);
    }
}

/* @text: (nullable): what is going on; %NULL when nothing is */
void
csm_sign_in_page_set_busy (CsmSignInPage *self,
                           const char    *text)
{
  g_return_if_fail (CSM_IS_SIGN_IN_PAGE (self));
  self->busy = text != NULL;
  if (self->busy)
    lead_keyboard (self, TRUE);
  gtk_label_set_text (self->button_label, text != NULL ? text : is_invited (self) ? _("Join") : _("Sign In"));
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->busy);
  gtk_spinner_set_spinning (self->spinner, self->busy);
  update (self);
  if (!self->busy)
    lead_keyboard (self, FALSE);
}

/* @text: (nullable): one sentence about why it did not work */
void
csm_sign_in_page_set_problem (CsmSignInPage *self,
                              const char    *text)
{
  g_return_if_fail (CSM_IS_SIGN_IN_PAGE (self));
  gtk_label_set_text (self->problem_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), text != NULL);
}

/* Puts the keyboard where something is missing. */
void
csm_sign_in_page_start (CsmSignInPage *self)
{
  GtkEditable *missing;

  g_return_if_fail (CSM_IS_SIGN_IN_PAGE (self));
  missing = first_empty (self);
  gtk_widget_grab_focus (GTK_WIDGET (missing != NULL ? missing : self->password_row));
}
