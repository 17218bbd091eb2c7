/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-comment-box.h"

#include "csm-file-list.h"
#include "csm-mention-popover.h"
#include "csm-spell-checker.h"

G_BEGIN_DECLS

#define CSM_COMMENT_TAG_MENTION "mention"

/* (rc box) Until what is typed is written down, and when it can't be, it is only here. */
typedef struct
{
  guint          waiting;
  gboolean       failed;
  GDestroyNotify done;     /* called once nothing waits; or NULL */
  gpointer       data;
} CsmNoteSaves;

struct _CsmCommentBox
{
  AdwBin             parent_instance;
  CsmWorkbench      *workbench;
  GSignalGroup      *signals;
  GtkTextView       *text_view;
  GtkTextBuffer     *buffer;
  GtkWidget         *placeholder;
  GtkRevealer       *mode_revealer;
  GtkImage          *mode_icon;
  GtkLabel          *mode_label;
  GtkWidget         *cancel_button;
  GtkWidget         *post_button;
  GtkLabel          *post_label;
  CsmFileList       *files;
  CsmSpellChecker   *spelling;
  CsmMentionPopover *popover;
  char              *case_id;     /* what the text is about */
  GHashTable        *texts;       /* case id → text not posted yet, of the cases that were left before it was written down */
  GHashTable        *unread;      /* set of those among them whose text was typed before what was kept was there */
  GHashTable        *edits;       /* case id → strv: the comment that was being changed there, and its new text */
  CsmNoteSaves      *saves;
  GHashTable        *kept_files;  /* case id → their files (GPtrArray) */
  char              *aside;       /* what was being written when an edit began */
  GPtrArray         *aside_files; /* and its files, or NULL */
  gboolean           filled;      /* what was kept of this case is in the box */
  gboolean           dirty;       /* what is in the box is not written down */
  guint              draft_id;
  char              *reply_to;    /* the comment that is answered */
  char              *editing;     /* the comment that is changed */
  char              *unedited;    /* its text before */
  char              *hinted;      /* the case that was asked about who may know */
  GPtrArray         *hints;       /* CsmPersonHint; or NULL */
  GHashTable        *reasons;     /* person id → what speaks for them */
  gboolean           preediting;  /* an input method is at work: keys are its */
};

char       *csm_comment_box_dup_text     (CsmCommentBox *self);

/* csm-comment-keep.c */
void        csm_comment_box_save         (CsmCommentBox *self);
gboolean    csm_comment_box_save_cb      (gpointer       data);
void        csm_comment_box_leave_case   (CsmCommentBox *self);
void        csm_comment_box_follow_case  (CsmCommentBox *self);
void        csm_comment_box_fill         (CsmCommentBox *self);
void        csm_comment_box_return_texts (CsmCommentBox       *self,
                                          const CsmCaseDetail *detail);

/* csm-comment-mode.c */
void        csm_comment_box_set_mode     (CsmCommentBox *self,
                                          const char    *icon,
                                          const char    *words);
void        csm_comment_box_end_mode     (CsmCommentBox *self);
void        csm_comment_box_take_aside   (CsmCommentBox *self);
void        csm_comment_box_cancel       (CsmCommentBox *self);
void        csm_comment_box_begin_edit   (CsmCommentBox *self,
                                          const char    *id,
                                          const char    *text);

void        csm_comment_mention_mark     (CsmCommentBox *self,
                                          const char    *text);
void        csm_comment_mention_complete (CsmCommentBox *self);
void        csm_comment_mention_insert   (CsmCommentBox *self,
                                          const char    *person_id);
JsonObject *csm_comment_mention_read     (CsmCommentBox *self,
                                          const char    *text);

G_END_DECLS
