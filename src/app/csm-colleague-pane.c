/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-colleague-pane.h"

#include "csm-case-properties.h"
#include "csm-customer-pane.h"
#include "csm-discussion.h"
#include "csm-json.h"
#include "csm-page-switcher.h"
#include "csm-partner-page.h"
#include "csm-rights.h"

struct _CsmColleaguePane
{
  AdwBin         parent_instance;
  CsmWorkbench  *workbench;
  GSignalGroup  *signals;
  AdwHeaderBar  *header_bar;
  GtkWidget     *close_button;
  GtkStack      *outer;
  AdwViewStack  *stack;
  CsmDiscussion *discussion;
  GtkWidget     *case_page;
  GtkWidget     *partner_page;
  GtkWidget     *customer_page;
};

enum { PROP_0, PROP_WORKBENCH, PROP_SHOW_END_TITLE_BUTTONS, PROP_CLOSE_VISIBLE, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmColleaguePane, csm_colleague_pane, ADW_TYPE_BIN)

static void
case_changed_cb (CsmColleaguePane *self)
{
  gboolean open = self->workbench != NULL && csm_workbench_get_case_id (self->workbench) != NULL;

  gtk_stack_set_visible_child_name (self->outer, open ? "case" : "none");
}

static GType
type_of_page (CsmColleaguePane *self,
              GtkWidget        *page)
{
  if (page == self->case_page)
    return CSM_TYPE_CASE_PROPERTIES;
  if (page == self->partner_page)
    return CSM_TYPE_PARTNER_PAGE;
  return page == self->customer_page ? CSM_TYPE_CUSTOMER_PANE : G_TYPE_INVALID;
}

/* What is on a page is built when somebody first looks at it. */
static void
page_cb (CsmColleaguePane *self)
{
  GtkWidget *page = adw_view_stack_get_visible_child (self->stack);
  GType type = type_of_page (self, page);

  if (type != G_TYPE_INVALID && adw_bin_get_child (ADW_BIN (page)) == NULL)
    adw_bin_set_child (ADW_BIN (page), g_object_new (type, "workbench", self->workbench, NULL));
}

/* There is a page for partners where there are any. Guests are told nothing but what is shared with them. */
static void
show_pages (CsmColleaguePane *self)
{
  gboolean guest = csm_rights_is_guest (self->workbench);
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  JsonObject *partners = detail != NULL && detail->record != NULL ? csm_json_get_object (detail->record, "partners") : NULL;
  gboolean shared = guest || (partners != NULL && json_object_get_size (partners) > 0);
  GtkWidget *internal[] = { GTK_WIDGET (self->discussion), self->case_page, self->customer_page };

  for (guint i = 0; i < G_N_ELEMENTS (internal); i++)
    adw_view_stack_page_set_visible (adw_view_stack_get_page (self->stack, internal[i]), !guest);
  adw_view_stack_page_set_visible (adw_view_stack_get_page (self->stack, self->partner_page), shared);
  if (guest)
    adw_view_stack_set_visible_child (self->stack, self->partner_page);
  else if (detail != NULL && !shared && adw_view_stack_get_visible_child (self->stack) == self->partner_page)
    adw_view_stack_set_visible_child (self->stack, GTK_WIDGET (self->discussion));
}

static void
set_workbench (CsmColleaguePane *self,
               CsmWorkbench     *workbench)
{
  GtkWidget *pages[] = { self->case_page, self->partner_page, self->customer_page };

  if (!g_set_object (&self->workbench, workbench))
    return;
  g_signal_group_set_target (self->signals, workbench);
  g_object_set (self->discussion, "workbench", workbench, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (adw_bin_get_child (ADW_BIN (pages[i])) != NULL)
      g_object_set (adw_bin_get_child (ADW_BIN (pages[i])), "workbench", workbench, NULL);
  case_changed_cb (self);
  if (workbench != NULL)
    show_pages (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_colleague_pane_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  CsmColleaguePane *self = CSM_COLLEAGUE_PANE (object);

  switch (id)
    {
    case PROP_WORKBENCH: g_value_set_object (value, self->workbench); break;
    case PROP_SHOW_END_TITLE_BUTTONS:
      g_value_set_boolean (value, adw_header_bar_get_show_end_title_buttons (self->header_bar));
      break;
    case PROP_CLOSE_VISIBLE: g_value_set_boolean (value, gtk_widget_get_visible (self->close_button)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_colleague_pane_set_property (GObject      *object,
                                 guint         id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  CsmColleaguePane *self = CSM_COLLEAGUE_PANE (object);

  switch (id)
    {
    case PROP_WORKBENCH: set_workbench (self, g_value_get_object (value)); break;
    case PROP_SHOW_END_TITLE_BUTTONS:
      adw_header_bar_set_show_end_title_buttons (self->header_bar, g_value_get_boolean (value));
      break;
    case PROP_CLOSE_VISIBLE: gtk_widget_set_visible (self->close_button, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_colleague_pane_dispose (GObject *object)
{
  CsmColleaguePane *self = CSM_COLLEAGUE_PANE (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_COLLEAGUE_PANE);
  G_OBJECT_CLASS (csm_colleague_pane_parent_class)->dispose (object);
}

static void
csm_colleague_pane_class_init (CsmColleaguePaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = csm_colleague_pane_dispose;
  object_class->get_property = csm_colleague_pane_get_property;
  object_class->set_property = csm_colleague_pane_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH, flags);
  props[PROP_SHOW_END_TITLE_BUTTONS] = g_param_spec_boolean ("show-end-title-buttons", NULL, NULL, TRUE, flags);
  props[PROP_CLOSE_VISIBLE] = g_param_spec_boolean ("close-visible", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CSM_TYPE_DISCUSSION);
  g_type_ensure (CSM_TYPE_PAGE_SWITCHER);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-colleague-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmColleaguePane, header_bar);
  gtk_widget_class_bind_template_child (widget_class, CsmColleaguePane, close_button);
  gtk_widget_class_bind_template_child (widget_class, CsmColleaguePane, outer);
  gtk_widget_class_bind_template_child (widget_class, CsmColleaguePane, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmColleaguePane, discussion);
  gtk_widget_class_bind_template_child (widget_class, CsmColleaguePane, case_page);
  gtk_widget_class_bind_template_child (widget_class, CsmColleaguePane, partner_page);
  gtk_widget_class_bind_template_child (widget_class, CsmColleaguePane, customer_page);
  gtk_widget_class_bind_template_callback (widget_class, page_cb);
}

static void
csm_colleague_pane_init (CsmColleaguePane *self)
{
  self->signals = g_signal_group_new (CSM_TYPE_WORKBENCH);
  g_signal_group_connect_swapped (self->signals, "notify::case-id", G_CALLBACK (case_changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::directory", G_CALLBACK (show_pages), self);
  g_signal_group_connect_swapped (self->signals, "notify::detail", G_CALLBACK (show_pages), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
csm_colleague_pane_new (void)
{
  return g_object_new (CSM_TYPE_COLLEAGUE_PANE, NULL);
}

/* @page: "discussion", "case" or "customer". */
void
csm_colleague_pane_show_page (CsmColleaguePane *self,
                              const char       *page)
{
  g_return_if_fail (CSM_IS_COLLEAGUE_PANE (self));
  adw_view_stack_set_visible_child_name (self->stack, page);
}

/* Brings the discussion to the front, with the keyboard in the note to colleagues. */
void
csm_colleague_pane_focus_box (CsmColleaguePane *self)
{
  g_return_if_fail (CSM_IS_COLLEAGUE_PANE (self));
  if (self->workbench != NULL && csm_rights_is_guest (self->workbench))
    {
      adw_view_stack_set_visible_child (self->stack, self->partner_page);
      csm_partner_page_focus_box (CSM_PARTNER_PAGE (adw_bin_get_child (ADW_BIN (self->partner_page))));
      return;
    }
  adw_view_stack_set_visible_child (self->stack, GTK_WIDGET (self->discussion));
  csm_discussion_focus_box (self->discussion);
}

/* The keyboard goes to the page that is shown: into the note, or to the first thing on another page. */
void
csm_colleague_pane_focus (CsmColleaguePane *self)
{
  GtkWidget *page;

  g_return_if_fail (CSM_IS_COLLEAGUE_PANE (self));
  page = adw_view_stack_get_visible_child (self->stack);
  if (page == GTK_WIDGET (self->discussion) && gtk_widget_get_mapped (page))
    csm_discussion_focus_box (self->discussion);
  else if (!gtk_widget_get_mapped (page) || !gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/* Names a colleague in the note, with the keyboard behind the name. */
void
csm_colleague_pane_mention (CsmColleaguePane *self,
                            const char       *name)
{
  g_return_if_fail (CSM_IS_COLLEAGUE_PANE (self));
  adw_view_stack_set_visible_child (self->stack, GTK_WIDGET (self->discussion));
  csm_discussion_mention (self->discussion, name);
}

/* Puts words of a message into the note. */
void
csm_colleague_pane_quote (CsmColleaguePane *self,
                          const char       *text)
{
  g_return_if_fail (CSM_IS_COLLEAGUE_PANE (self));
  adw_view_stack_set_visible_child (self->stack, GTK_WIDGET (self->discussion));
  csm_discussion_quote (self->discussion, text);
}

/* Brings a note into view. */
void
csm_colleague_pane_show_note (CsmColleaguePane *self,
                              const char       *note_id)
{
  g_return_if_fail (CSM_IS_COLLEAGUE_PANE (self));
  adw_view_stack_set_visible_child (self->stack, GTK_WIDGET (self->discussion));
  csm_discussion_show_note (self->discussion, note_id);
}

/* Keeps what was typed. */
void
csm_colleague_pane_flush (CsmColleaguePane *self)
{
  csm_discussion_flush (self->discussion);
}
