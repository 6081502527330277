/** The panel beside the editor. */
export const panelType = "backstep.panel";
/** The view in Backstep's own side-bar container. */
export const viewId = "backstep.view";
/** What a `.backstep` file opens in. */
export const editorType = "backstep.recording";
