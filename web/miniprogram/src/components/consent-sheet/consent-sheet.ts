/** Asked before anything else: nothing is sent and no session is opened until the citizen agrees. */
import { call } from '@/platform/device'

Component({
  properties: { w: { type: Object, value: {} } },
  data: { refused: false },
  methods: {
    agree() {
      this.triggerEvent('agree')
    },
    refuse() {
      this.setData({ refused: true })
    },
    hotline() {
      call('12345')
    },
    /** The page with our own words; the platform's register of what is collected is behind the other link. */
    more() {
      wx.navigateTo({ url: '/pages/privacy/privacy' })
    },
    platform() {
      wx.openPrivacyContract?.({})
    },
  },
})
