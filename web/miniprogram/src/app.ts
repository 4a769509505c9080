/** Where WeChat begins. An update that it has fetched is applied at the next quiet moment, since old code may not know new answers. */

App({
  onLaunch() {
    const manager = wx.getUpdateManager?.()
    manager?.onUpdateReady(() => manager.applyUpdate())
  },
})
