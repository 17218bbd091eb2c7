/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-conversation-pane.h"

#include <glib/gi18n.h>

#include "csm-assign-popover.h"
#include "csm-bulk-page.h"
#include "csm-case-head.h"
#include "csm-case-review.h"
#include "csm-composer.h"
#include "csm-json.h"
#include "csm-lazy-menu.h"
#include "csm-clock-chip.h"
#include "csm-live-line.h"
#include "csm-load-page.h"
#include "csm-merge-notice.h"
#include "csm-missing-messages.h"
#include "csm-news-line.h"
#include "csm-rights.h"
#include "csm-snooze-popover.h"
#include "csm-tag-popover.h"
#include "csm-team-popover.h"
#include "csm-search-hits.h"
#include "csm-seen-mark.h"
#include "csm-timeline.h"

struct _CsmConversationPane
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  gboolean      compact;
  GtkWidget    *header;
  GtkWidget    *title;
  GtkWidget    *back_button;
  GtkWidget    *colleagues_button;
  GtkWidget    *more_button;
  GMenuModel   *more_menu;
  GMenuModel   *status_menu;
  GtkWidget    *resolve_stack;
  GtkWidget    *stack;
  GtkWidget    *load_page;
  GtkWidget    *subject;
  GtkWidget    *chips;
  GtkWidget    *status_button;
  GtkWidget    *owner_button;
  GtkWidget    *team_button;
  GtkWidget    *tag_button;
  GtkWidget    *snooze_button;
  GtkWidget    *assign_popover;
  GtkWidget    *team_popover;
  GtkWidget    *tag_popover;
  GtkWidget    *snooze_popover;
  GtkWidget    *tags;
  GtkWidget    *banner;
  GtkWidget    *banner_label;
  GtkWidget    *banner_button;
  GtkWidget    *pin;
  GtkWidget    *toasts;
  GtkWidget    *review;
  GtkWidget    *merge_notice;
  GtkWidget    *missing;
  GtkWidget    *timeline;
  GtkWidget    *live;
  GtkWidget    *clock;
  GtkWidget    *line_clock; /* where there is no room among the chips */
  GtkWidget    *news;
  GtkWidget    *composer;
  CsmSeenMark  *seen;
};

enum { PROP_0, PROP_WORKBENCH, PROP_BACK_VISIBLE, PROP_COMPACT, PROP_PINNED, PROP_SHOW_START_TITLE_BUTTONS, PROP_SHOW_END_TITLE_BUTTONS, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmConversationPane, csm_conversation_pane, ADW_TYPE_BIN)

/* --- the case's head --------------------------------------------------------------------------------------- */

static void
show_chips (CsmConversationPane *self,
            JsonObject          *record)
{
  const char *owner = csm_workbench_get_name (self->workbench, csm_json_get_string (record, "ownerId"));
  const char *team = csm_workbench_get_name (self->workbench, csm_json_get_string (record, "teamId"));
  const char *status = csm_json_get_string (record, "status");
  g_autofree char *shown_status = csm_case_head_say_status (record);
  gboolean done = g_strcmp0 (status, "resolved") == 0 || g_strcmp0 (status, "closed") == 0;

  csm_case_head_set_chip (self->status_button, shown_status, _("Status"));
  csm_case_head_set_chip (self->owner_button, owner != NULL ? owner : _("Unassigned"), _("Owner"));
  csm_case_head_set_chip (self->team_button, team != NULL ? team : _("No team"), _("Team"));
  gtk_stack_set_visible_child_name (GTK_STACK (self->resolve_stack), done ? "reopen" : "resolve");
}

static void
show_way_back (CsmConversationPane *self,
               gboolean             spam)
{
  gtk_button_set_label (GTK_BUTTON (self->banner_button), spam ? _("Not Spam") : _("Move to Inbox"));
  /* In between the name of one would meet the target of the other. */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->banner_button), NULL);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->banner_button), spam ? NULL : g_variant_new_string ("conversation"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->banner_button), spam ? "win.not-spam" : "win.lane");
}

static void
show_title (CsmConversationPane *self,
            CsmCaseDetail       *detail)
{
  const char *subject = detail != NULL && detail->record != NULL ? csm_json_get_string (detail->record, "subject") : NULL;
  const char *customer = detail != NULL && detail->customer != NULL ? csm_json_get_string (detail->customer, "name") : NULL;
  const char *organisation = detail != NULL && detail->customer != NULL ? csm_json_get_string (detail->customer, "organisation") : NULL;
  g_autofree char *subtitle = NULL;

  if (customer != NULL && organisation != NULL && organisation[0] != '\0')
    subtitle = g_strdup_printf ("%s · %s", customer, organisation);
  if (detail != NULL && detail->record != NULL && (subject == NULL || subject[0] == '\0'))
    subject = _("No subject");
  gtk_label_set_text (GTK_LABEL (self->subject), subject != NULL ? subject : "");
  gtk_widget_set_tooltip_text (self->title, subject);
  /* A narrow header has no room for a subject: there it stands above the conversation. */
  if (self->compact)
    {
      adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), customer != NULL ? customer : "");
      adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->title), "");
      return;
    }
  adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), subject != NULL ? subject : "");
  adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->title), subtitle != NULL ? subtitle : customer != NULL ? customer : "");
}

/* --- reading ----------------------------------------------------------------------------------------------- */

/* Colleagues are told that a person is where they look. */
static void
show_place (CsmConversationPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  CsmLivePlace *place = self->workbench != NULL ? csm_workbench_get_live_place (self->workbench) : NULL;

  if (place == NULL)
    return;
  csm_live_place_set_shown (place, gtk_widget_get_mapped (GTK_WIDGET (self)));
  csm_live_place_set_active (place, GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root)));
}

/* --- keeping it offline ------------------------------------------------------------------------------------ */

static gboolean
is_pinned (CsmConversationPane *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  return detail != NULL && detail->pinned;
}

static void
pinned_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmWorkbench) workbench = data;
  g_autoptr (GError) error = NULL;

  if (csm_cache_pin_case_finish (CSM_CACHE (source), result, &error))
    return;
  g_warning ("Pinning a case failed: %s", error->message);
  csm_workbench_say (workbench, _("This could not be saved on this computer"));
}

static void
set_pinned (CsmConversationPane *self,
            gboolean             pinned)
{
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;

  if (case_id == NULL || is_pinned (self) == pinned)
    return;
  csm_cache_pin_case_async (csm_workbench_get_cache (self->workbench), case_id, pinned, NULL, pinned_cb, g_object_ref (self->workbench));
  csm_workbench_say (self->workbench, pinned ? _("This case stays on this computer") : _("This case is not kept specially any more"));
}

static void
show_pinned (CsmConversationPane *self)
{
  gtk_widget_set_visible (self->pin, is_pinned (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PINNED]);
}

/* What is on the page may be another case's. */
static void
failed_cb (CsmConversationPane *self)
{
  csm_load_page_set_failed (CSM_LOAD_PAGE (self->load_page), TRUE);
  if (csm_workbench_get_detail (self->workbench) == NULL)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "loading");
}

static void
again_cb (CsmConversationPane *self)
{
  if (self->workbench != NULL)
    csm_workbench_load_newest (self->workbench);
}

static void
detail_cb (CsmConversationPane *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  const char *case_id = csm_workbench_get_case_id (self->workbench);
  /* A partner's guest reads, and writes to those who invited them. */
  gboolean works = csm_rights_may (self->workbench, CSM_ACTION_WORK_CASES);
  const char *lane;

  if (csm_bulk_page_cover (GTK_STACK (self->stack), self->workbench))
    {
      case_id = NULL;
      detail = NULL;
    }
  csm_load_page_set_failed (CSM_LOAD_PAGE (self->load_page), FALSE);
  show_title (self, detail);
  gtk_widget_set_sensitive (self->more_button, case_id != NULL);
  gtk_widget_set_visible (self->resolve_stack, case_id != NULL && works);
  gtk_widget_set_visible (self->more_button, case_id != NULL && works);
  gtk_widget_set_visible (self->chips, works);
  gtk_widget_set_visible (self->composer, works);
  if (csm_workbench_get_n_selected (self->workbench) > 0)
    return;
  if (detail == NULL || detail->record == NULL)
    {
      /* From one case to the next nothing flickers: the page stays while the next one is read. */
      if (case_id == NULL || detail != NULL)
        gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "empty");
      else if (g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), "case") != 0)
        gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "loading");
      return;
    }
  lane = csm_case_head_explain_lane (csm_json_get_string (detail->record, "lane"));
  gtk_label_set_text (GTK_LABEL (self->banner_label), lane != NULL ? lane : "");
  gtk_widget_set_visible (self->banner, lane != NULL);
  show_way_back (self, g_strcmp0 (csm_json_get_string (detail->record, "lane"), "spam") == 0);
  show_chips (self, detail->record);
  csm_case_head_show_tags (GTK_BOX (self->tags), csm_workbench_get_directory (self->workbench), detail->record);
  show_pinned (self);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "case");
  csm_seen_mark_look (self->seen);
}

/* Where there is no room for everything in one line. */
static void
set_compact (CsmConversationPane *self,
             gboolean             compact)
{
  if (self->compact == compact)
    return;
  self->compact = compact;
  gtk_widget_set_visible (self->subject, compact);
  gtk_widget_set_visible (self->tags, !compact);
  if (self->workbench != NULL)
    show_title (self, csm_workbench_get_detail (self->workbench));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COMPACT]);
}

/* --- messages ---------------------------------------------------------------------------------------------- */

static void
answer_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmConversationPane *self = CSM_CONVERSATION_PANE (widget);
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;
  const char *id;
  const char *how;

  g_variant_get (parameter, "(&s&s)", &id, &how);
  for (guint i = 0; detail != NULL && i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "id"), id) == 0)
        {
          csm_composer_answer (CSM_COMPOSER (self->composer), entry->record,
                               g_str_equal (how, "forward") ? CSM_ANSWER_FORWARD : g_str_equal (how, "reply-one") ? CSM_ANSWER_ONE : CSM_ANSWER_ALL);
          return;
        }
    }
}

/* Files go along with the reply. */
static gboolean
dropped_cb (CsmConversationPane *self,
            const GValue        *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  if (self->workbench == NULL || csm_workbench_get_detail (self->workbench) == NULL || !gtk_widget_get_visible (self->composer))
    return FALSE;
  for (GSList *l = files; l != NULL; l = l->next)
    csm_composer_attach (CSM_COMPOSER (self->composer), l->data);
  return files != NULL;
}

static void
accept_files (CsmConversationPane *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  /* Before the text, which would take their names. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drop), GTK_PHASE_CAPTURE);
  g_signal_connect_object (drop, "drop", G_CALLBACK (dropped_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->stack, GTK_EVENT_CONTROLLER (drop));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
set_workbench (CsmConversationPane *self,
               CsmWorkbench        *workbench)
{
  GtkWidget *parts[] = { self->timeline, self->missing, self->review, self->merge_notice, self->live, self->news, self->clock, self->line_clock, self->composer, self->assign_popover, self->team_popover, self->tag_popover, self->snooze_popover };

  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (self->workbench, self);
  g_set_object (&self->workbench, workbench);
  csm_seen_mark_set_workbench (self->seen, workbench);
  csm_bulk_page_cover (GTK_STACK (self->stack), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    g_object_set (parts[i], "workbench", workbench, NULL);
  if (workbench != NULL)
    {
      g_signal_connect_object (workbench, "notify::detail", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "case-failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::selection", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (detail_cb), self, G_CONNECT_SWAPPED);
      detail_cb (self);
      show_place (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_conversation_pane_get_property (GObject    *object,
                                    guint       id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  CsmConversationPane *self = CSM_CONVERSATION_PANE (object);
  AdwHeaderBar *header = ADW_HEADER_BAR (self->header);

  switch (id)
    {
    case PROP_WORKBENCH: g_value_set_object (value, self->workbench); break;
    case PROP_BACK_VISIBLE: g_value_set_boolean (value, gtk_widget_get_visible (self->back_button)); break;
    case PROP_PINNED: g_value_set_boolean (value, is_pinned (self)); break;
    case PROP_COMPACT: g_value_set_boolean (value, self->compact); break;
    case PROP_SHOW_START_TITLE_BUTTONS: g_value_set_boolean (value, adw_header_bar_get_show_start_title_buttons (header)); break;
    case PROP_SHOW_END_TITLE_BUTTONS: g_value_set_boolean (value, adw_header_bar_get_show_end_title_buttons (header)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_conversation_pane_set_property (GObject      *object,
                                    guint         id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  CsmConversationPane *self = CSM_CONVERSATION_PANE (object);
  AdwHeaderBar *header = ADW_HEADER_BAR (self->header);

  switch (id)
    {
    case PROP_WORKBENCH: set_workbench (self, g_value_get_object (value)); break;
    case PROP_BACK_VISIBLE: gtk_widget_set_visible (self->back_button, g_value_get_boolean (value)); break;
    case PROP_PINNED: set_pinned (self, g_value_get_boolean (value)); break;
    case PROP_COMPACT: set_compact (self, g_value_get_boolean (value)); break;
    case PROP_SHOW_START_TITLE_BUTTONS: adw_header_bar_set_show_start_title_buttons (header, g_value_get_boolean (value)); break;
    case PROP_SHOW_END_TITLE_BUTTONS: adw_header_bar_set_show_end_title_buttons (header, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_conversation_pane_dispose (GObject *object)
{
  CsmConversationPane *self = CSM_CONVERSATION_PANE (object);

  if (self->timeline != NULL)
    set_workbench (self, NULL);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_CONVERSATION_PANE);
  g_clear_pointer (&self->seen, csm_seen_mark_free);
  G_OBJECT_CLASS (csm_conversation_pane_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-conversation-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, header);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, title);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, back_button);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, colleagues_button);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, more_button);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, more_menu);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, status_menu);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, resolve_stack);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, load_page);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, subject);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, chips);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, status_button);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, owner_button);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, team_button);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, tag_button);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, snooze_button);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, assign_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, team_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, tag_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, snooze_popover);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, tags);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, banner);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, banner_label);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, banner_button);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, pin);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, toasts);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, missing);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, review);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, merge_notice);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, timeline);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, live);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, clock);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, line_clock);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, news);
  gtk_widget_class_bind_template_child (widget_class, CsmConversationPane, composer);
}

static void
csm_conversation_pane_class_init (CsmConversationPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = csm_conversation_pane_dispose;
  object_class->get_property = csm_conversation_pane_get_property;
  object_class->set_property = csm_conversation_pane_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH, flags | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_BACK_VISIBLE] = g_param_spec_boolean ("back-visible", NULL, NULL, FALSE, flags);
  props[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, flags | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_PINNED] = g_param_spec_boolean ("pinned", NULL, NULL, FALSE, flags | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_SHOW_START_TITLE_BUTTONS] = g_param_spec_boolean ("show-start-title-buttons", NULL, NULL, TRUE, flags);
  props[PROP_SHOW_END_TITLE_BUTTONS] = g_param_spec_boolean ("show-end-title-buttons", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CSM_TYPE_ASSIGN_POPOVER);
  g_type_ensure (CSM_TYPE_TEAM_POPOVER);
  g_type_ensure (CSM_TYPE_TAG_POPOVER);
  g_type_ensure (CSM_TYPE_SNOOZE_POPOVER);
  g_type_ensure (CSM_TYPE_CASE_REVIEW);
  g_type_ensure (CSM_TYPE_MERGE_NOTICE);
  g_type_ensure (CSM_TYPE_MISSING_MESSAGES);
  g_type_ensure (CSM_TYPE_TIMELINE);
  g_type_ensure (CSM_TYPE_LIVE_LINE);
  g_type_ensure (CSM_TYPE_LOAD_PAGE);
  g_type_ensure (CSM_TYPE_NEWS_LINE);
  g_type_ensure (CSM_TYPE_CLOCK_CHIP);
  g_type_ensure (CSM_TYPE_COMPOSER);
  bind_template (GTK_WIDGET_CLASS (klass));
  gtk_widget_class_install_property_action (GTK_WIDGET_CLASS (klass), "case.keep-offline", "pinned");
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "conversation.answer", "(ss)", answer_action);
}

static void
active_cb (CsmConversationPane *self)
{
  csm_seen_mark_look (self->seen);
  show_place (self);
}

static void
root_cb (CsmConversationPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root == NULL)
    return;
  g_signal_handlers_disconnect_by_func (root, active_cb, self);
  g_signal_connect_object (root, "notify::is-active", G_CALLBACK (active_cb), self, G_CONNECT_SWAPPED);
}

static void
csm_conversation_pane_init (CsmConversationPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->seen = csm_seen_mark_new (GTK_WIDGET (self));
  csm_search_hits_attach (self->timeline);
  accept_files (self);
  csm_lazy_menu_attach (GTK_MENU_BUTTON (self->more_button), self->more_menu);
  csm_lazy_menu_attach (GTK_MENU_BUTTON (self->status_button), self->status_menu);
  g_signal_connect (self, "notify::root", G_CALLBACK (root_cb), NULL);
  g_signal_connect_after (self, "map", G_CALLBACK (show_place), NULL);
  g_signal_connect_after (self, "unmap", G_CALLBACK (show_place), NULL);
}

/* Opens one of the choosers of the case's head, as a key asks for it. */
void
csm_conversation_pane_popup (CsmConversationPane    *self,
                             CsmConversationPopover  which)
{
  GtkWidget *buttons[] = {
    [CSM_CONVERSATION_ASSIGN] = self->owner_button,
    [CSM_CONVERSATION_MOVE] = self->team_button,
    [CSM_CONVERSATION_TAG] = self->tag_button,
    [CSM_CONVERSATION_SNOOZE] = self->snooze_button,
  };

  g_return_if_fail (CSM_IS_CONVERSATION_PANE (self));
  if (csm_bulk_page_popup (GTK_STACK (self->stack), which))
    return;
  if (self->workbench != NULL && csm_workbench_get_case_id (self->workbench) != NULL)
    gtk_menu_button_popup (GTK_MENU_BUTTON (buttons[which]));
}

/* Puts the cursor into the reply box. */
void
csm_conversation_pane_reply (CsmConversationPane *self)
{
  csm_composer_focus (CSM_COMPOSER (self->composer));
}

/* Keeps what was typed. */
void
csm_conversation_pane_flush (CsmConversationPane *self)
{
  csm_composer_flush (CSM_COMPOSER (self->composer));
  csm_timeline_keep_place (CSM_TIMELINE (self->timeline));
}

CsmTimeline *
csm_conversation_pane_get_timeline (CsmConversationPane *self)
{
  g_return_val_if_fail (CSM_IS_CONVERSATION_PANE (self), NULL);
  return CSM_TIMELINE (self->timeline);
}

/* Whether the open case is shown in full. */
gboolean
csm_conversation_pane_is_settled (CsmConversationPane *self)
{
  return csm_timeline_is_settled (CSM_TIMELINE (self->timeline));
}

/**
 * csm_conversation_pane_add_toast:
 * @self: a pane
 * @toast: what to say
 *
 * Shows @toast above the reply box, which it must not cover.
 *
 * Returns: whether a case is shown; else nothing is done
 */
gboolean
csm_conversation_pane_add_toast (CsmConversationPane *self,
                                 AdwToast            *toast)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), "case") != 0)
    return FALSE;
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), g_object_ref (toast));
  return TRUE;
}
