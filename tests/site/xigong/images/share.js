function doZoom(size) { var box = document.getElementById("zoom"); if (box) { box.style.fontSize = size + "px"; } }
function zh_tran() { return false; }
