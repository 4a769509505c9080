import type { GuideReply } from '@bangban/shared'
import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import guide from '../../mock/data/guide.json'
import { api } from '@/api'
import GuidePage from '@/pages/GuidePage.vue'
import { render } from './mounting'

const whole = guide as unknown as GuideReply
async function open(reply: GuideReply = whole) {
  vi.spyOn(api, 'guide').mockResolvedValue(reply)
  const wrapper = render(GuidePage, { id: 'jumin-shenfenzheng-buling' })
  await flushPromises()
  return wrapper
}

beforeEach(() => void vi.restoreAllMocks())

describe('the guide page', () => {
  it('shows every section that has facts, and none that has not', async () => {
    const titles = (await open()).findAll('.section h2').map((h) => h.text())
    expect(titles).toEqual(expect.arrayContaining(['申请材料', '受理条件', '办理流程', '办理时限', '收费', '网上办理', '能否代办', '邮寄送达', '办理地点', '办理结果', '常见问题', '设定依据']))
    expect(titles).not.toContain('到现场次数')
  })

  it('says where facts come from and when, and that no authority has reviewed them', async () => {
    const wrapper = await open()
    expect(wrapper.text()).toContain('尚未经主管部门审核')
    expect(wrapper.text()).toContain('资料时间：2024')
    expect(wrapper.find('#section-fee .source').text()).toContain('广州身份证补办指南')
    expect(wrapper.find('#section-fee .source a').attributes('rel')).toContain('noopener')
  })

  it('names a source for each fact where they differ', async () => {
    const document = { ...whole.document, fees: [{ what: '甲', amount: '1元', sources: ['law'] }, { what: '乙', amount: '2元', sources: ['bdb'] }] }
    const lines = (await open({ ...whole, document })).findAll('#section-fee .source').map((l) => l.text())
    expect(lines).toHaveLength(2)
    expect(lines[0]).not.toContain('广州身份证补办指南')
  })

  it('says in which situation a fact holds', async () => {
    expect((await open()).find('#section-proxy').text()).toContain('适用：未满16周岁')
  })

  it('says what went wrong when there is no such guide', async () => {
    vi.spyOn(api, 'guide').mockRejectedValue(new Error('x'))
    const wrapper = render(GuidePage, { id: 'none' })
    await flushPromises()
    expect(wrapper.find('[role="alert"]').exists()).toBe(true)
  })
})
