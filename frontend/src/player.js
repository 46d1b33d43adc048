import "./elements/player.js";
