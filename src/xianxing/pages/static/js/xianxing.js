// The behaviour of the pages, in small modules. No eval; everything still works as plain links and forms without it.
import { startBlockedButtons, startCloseButtons, startPops } from "./controls.js";
import { startCombos } from "./combo.js";
import { startForms } from "./form.js";
import { startMoney } from "./money.js";
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
startRows();
startTabs();
