// "None of these" and the other boxes exclude each other: ticking one side clears the other. The server checks it too.
export const exclusive = () => {
  document.addEventListener('change', (event) => {
    const target = event.target
    if (target.type !== 'checkbox' || !target.checked) return
    for (const box of document.getElementsByName(target.name)) {
      const alone = box.dataset.behaviour || target.dataset.behaviour
      if (box !== target && alone) box.checked = false
    }
  })
}
