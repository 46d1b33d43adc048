import "./elements/zoom.js";
