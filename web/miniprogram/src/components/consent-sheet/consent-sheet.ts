/** Asked before anything else: nothing is sent and no session is opened until the citizen agrees. */
import { call, go } from '@/platform/device'
import { buttonTellsWeChat } from '@/platform/privacy'

Component({
  properties: { w: { type: Object, value: {} } },
  data: { refused: false },
  methods: {
    agree() {
      this.triggerEvent('agree')
    },
    /** A WeChat too old to be told of it knows no such event. */
    tapped() {
      if (!buttonTellsWeChat()) this.triggerEvent('agree')
    },
    refuse() {
      this.setData({ refused: true })
    },
    hotline() {
      call('12345')
    },
    /** The page with our own words; the platform's register of what is collected is behind the other link. */
    more() {
      go('/pages/privacy/privacy')
    },
    platform() {
      wx.openPrivacyContract?.({})
    },
  },
})
