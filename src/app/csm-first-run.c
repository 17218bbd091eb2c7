/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-first-run.h"

#include <glib/gi18n.h>

struct _CsmFirstRun
{
  AdwBin                parent_instance;
  GtkStack             *stack;
  GtkWidget            *join_row;
  GtkWidget            *here_row;
  GtkWidget            *look_row;
  GtkLabel             *choose_problem;
  GtkLabel             *here_problem;
  CsmSignInPage        *sign_in_page;
  GtkEditable          *person_row;
  GtkEditable          *workspace_row;
  AdwActionRow         *mail_row;
  GtkWidget            *clear_button;
  GtkSpinner           *spinner;
  GtkLabel             *busy_label;
  GtkFileChooserNative *chooser;  /* while it is open */
  char                 *no_mail;  /* what the row says when nothing was chosen */
  char                 *mail;
  char                 *page;     /* where it goes back to when no longer busy */
};

enum { LOOK_AROUND, START_HERE, JOIN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmFirstRun, csm_first_run, ADW_TYPE_BIN)

static void
show_page (CsmFirstRun *self,
           const char  *page)
{
  g_free (self->page);
  self->page = g_strdup (page);
  gtk_stack_set_visible_child_name (self->stack, page);
}

static char *
entered (GtkEditable *editable)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (editable)));
}

static void
update (CsmFirstRun *self)
{
  g_autofree char *person = entered (self->person_row);
  g_autofree char *workspace = entered (self->workspace_row);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "first-run.start", person[0] != '\0' && workspace[0] != '\0');
}

static void
changed_cb (CsmFirstRun *self)
{
  update (self);
}

static void
chosen_cb (CsmFirstRun *self,
           GtkWidget   *row)
{
  csm_first_run_set_problem (self, NULL);
  if (row == self->join_row)
    {
      show_page (self, "join");
      csm_sign_in_page_start (self->sign_in_page);
    }
  else if (row == self->here_row)
    {
      show_page (self, "here");
      gtk_widget_grab_focus (GTK_WIDGET (gtk_editable_get_text (self->person_row)[0] == '\0' ? self->person_row : self->workspace_row));
    }
  else
    {
      g_signal_emit (self, signals[LOOK_AROUND], 0);
    }
}

static void
back_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmFirstRun *self = CSM_FIRST_RUN (widget);

  csm_first_run_set_problem (self, NULL);
  show_page (self, "choose");
}

static void
sign_in_cb (CsmFirstRun *self,
            const char  *server,
            const char  *email,
            const char  *password,
            const char  *code)
{
  g_signal_emit (self, signals[JOIN], 0, server, email, password, code);
}

/* --- on this computer -------------------------------------------------------------------------------------- */

static void
start_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmFirstRun *self = CSM_FIRST_RUN (widget);
  g_autofree char *person = entered (self->person_row);
  g_autofree char *workspace = entered (self->workspace_row);

  csm_first_run_set_problem (self, NULL);
  g_signal_emit (self, signals[START_HERE], 0, workspace, person);
}

static void
start_cb (CsmFirstRun *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "first-run.start", NULL);
}

static void
set_mail (CsmFirstRun *self,
          char        *path)
{
  g_autofree char *shown = path != NULL ? g_filename_display_name (path) : NULL;

  g_free (self->mail);
  self->mail = path;
  adw_action_row_set_subtitle (self->mail_row, shown != NULL ? shown : self->no_mail);
  gtk_widget_set_visible (self->clear_button, path != NULL);
}

static void
chooser_cb (CsmFirstRun *self,
            int          response)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser)) : NULL;
  char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    set_mail (self, path);
  g_clear_object (&self->chooser);
}

static void
choose (CsmFirstRun          *self,
        GtkFileChooserAction  action,
        const char           *title)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, action, _("_Choose"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chooser_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
choose_file_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  choose (CSM_FIRST_RUN (widget), GTK_FILE_CHOOSER_ACTION_OPEN, _("Mail to Bring In"));
}

static void
choose_folder_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  choose (CSM_FIRST_RUN (widget), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _("Folder of Mail to Bring In"));
}

static void
clear_mail_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  set_mail (CSM_FIRST_RUN (widget), NULL);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_first_run_dispose (GObject *object)
{
  CsmFirstRun *self = CSM_FIRST_RUN (object);

  g_clear_object (&self->chooser);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_FIRST_RUN);
  G_OBJECT_CLASS (csm_first_run_parent_class)->dispose (object);
}

static void
csm_first_run_finalize (GObject *object)
{
  CsmFirstRun *self = CSM_FIRST_RUN (object);

  g_free (self->no_mail);
  g_free (self->mail);
  g_free (self->page);
  G_OBJECT_CLASS (csm_first_run_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (CSM_TYPE_SIGN_IN_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-first-run.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, join_row);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, here_row);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, look_row);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, choose_problem);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, here_problem);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, sign_in_page);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, person_row);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, workspace_row);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, mail_row);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, clear_button);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmFirstRun, busy_label);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
}

static void
csm_first_run_class_init (CsmFirstRunClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_first_run_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_first_run_finalize;
  signals[LOOK_AROUND] = g_signal_new ("look-around", CSM_TYPE_FIRST_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);
  signals[START_HERE] = g_signal_new ("start-here", CSM_TYPE_FIRST_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[JOIN] = g_signal_new ("join", CSM_TYPE_FIRST_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "first-run.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "first-run.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "first-run.choose-file", NULL, choose_file_action);
  gtk_widget_class_install_action (widget_class, "first-run.choose-folder", NULL, choose_folder_action);
  gtk_widget_class_install_action (widget_class, "first-run.clear-mail", NULL, clear_mail_action);
}

static void
csm_first_run_init (CsmFirstRun *self)
{
  const char *name = g_get_real_name ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->page = g_strdup ("choose");
  self->no_mail = g_strdup (adw_action_row_get_subtitle (self->mail_row));
  /* Without a name in the system's files GLib says these two. */
  if (g_strcmp0 (name, "Unknown") != 0 && g_strcmp0 (name, "root") != 0)
    gtk_editable_set_text (self->person_row, name);
  update (self);
}

GtkWidget *
csm_first_run_new (void)
{
  return g_object_new (CSM_TYPE_FIRST_RUN, NULL);
}

/* @text: (nullable): what takes a moment; %NULL goes back to where the person was */
void
csm_first_run_set_busy (CsmFirstRun *self,
                        const char  *text)
{
  gboolean joining;

  g_return_if_fail (CSM_IS_FIRST_RUN (self));
  joining = g_str_equal (self->page, "join");
  csm_sign_in_page_set_busy (self->sign_in_page, joining ? text : NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "first-run.back", text == NULL);
  gtk_label_set_text (self->busy_label, text != NULL ? text : "");
  gtk_spinner_set_spinning (self->spinner, text != NULL && !joining);
  gtk_stack_set_visible_child_name (self->stack, text != NULL && !joining ? "busy" : self->page);
}

static void
say (GtkLabel   *label,
     const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
}

/* @text: (nullable): one sentence about why it did not work */
void
csm_first_run_set_problem (CsmFirstRun *self,
                           const char  *text)
{
  g_return_if_fail (CSM_IS_FIRST_RUN (self));
  say (self->choose_problem, text);
  say (self->here_problem, text);
  csm_sign_in_page_set_problem (self->sign_in_page, text);
}

/* Returns: (nullable): the mail archive to bring in on "start-here" */
const char *
csm_first_run_get_mail (CsmFirstRun *self)
{
  g_return_val_if_fail (CSM_IS_FIRST_RUN (self), NULL);
  return self->mail;
}
