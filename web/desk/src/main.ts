import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'element-plus/es/components/base/style/css'
import '@/styles/tokens.css'
import '@/styles/base.css'
import App from '@/App.vue'
import { i18n } from '@/i18n'
import { router } from '@/router'
import { useSession } from '@/stores/session'

const app = createApp(App).use(createPinia()).use(i18n)
useSession().restore()
app.use(router).mount('#app')
