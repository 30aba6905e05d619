/** Pages without a line to the server (nobody is signed in): their parts are asked for. */
import { keepFresh } from "./live.js";

keepFresh(() => false);
