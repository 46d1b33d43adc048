import "./elements/upload.js";
