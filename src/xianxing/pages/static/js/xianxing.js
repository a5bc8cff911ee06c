// The behaviour of the pages, in small modules. No eval; everything still works as plain links and forms without it.
import { startBlockedButtons, startCloseButtons, startPops } from "./controls.js";
import { startCombos } from "./combo.js";
import { startForms } from "./form.js";
import { startMaps } from "./map.js";
import { startMoney } from "./money.js";
import { startOrdered } from "./ordered.js";
import { startPasskeys } from "./passkey.js";
import { startPickers } from "./picker.js";
import { startRows } from "./rows.js";
import { startSentences } from "./sentence.js";
import { startShell } from "./shell.js";
import { startTabs } from "./tabs.js";

startShell();
startPops();
startCloseButtons();
startBlockedButtons();
startCombos();
startMoney();
startSentences();
startForms();
startOrdered();
startRows();
startTabs();
startMaps();
startPickers();
startPasskeys();
