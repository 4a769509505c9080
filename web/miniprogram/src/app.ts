/** Where WeChat begins. An update that it has fetched is offered, since old code may not know new answers; it restarts everything, so he chooses when. */

import { settings } from '@/core/app'
import { confirm } from '@/platform/device'

App({
  onLaunch() {
    const manager = wx.getUpdateManager?.()
    manager?.onUpdateReady(async () => {
      const { t } = settings
      const words = { title: t('app.update'), content: t('app.update_note'), yes: t('app.update_yes'), no: t('app.update_no') }
      if (await confirm(words)) manager.applyUpdate()
    })
  },
})
