// Runs in the report, after Plotly: draws every figure, and again when the reader's light changes.
{
  const { figures, templates } = JSON.parse(document.getElementById("figures").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const config = {
    // Without a pointer the buttons would never go away; pinching and double-tapping do their work.
    displayModeBar: matchMedia("(hover: hover)").matches ? "hover" : false,
    displaylogo: false,
    modeBarButtonsToRemove: ["autoScale2d", "lasso2d", "select2d", "zoomIn2d", "zoomOut2d"],
    plotlyServerURL: "",
    responsive: true,
    showSendToCloud: false,
  };
  const draw = () => {
    const template = templates[dark.matches ? "dark" : "light"];
    for (const [name, figure] of Object.entries(figures)) {
      // Plotly writes into what it is given. A constant uirevision keeps the reader's zoom and hidden series.
      const { data, layout } = structuredClone(figure);
      globalThis.Plotly.react(`figure-${name}`, data, { ...layout, template, uirevision: "kept" }, config);
    }
  };
  dark.addEventListener("change", draw);
  draw();
}
